using DcrDsl.Evaluation.Judging.Asking;
using DcrDsl.Specs;

namespace DcrDsl.Evaluation.Judging;

public static partial class Judges
{
    /// <summary>A language model decides, by a rubric.</summary>
    /// <param name="backend">Who answers.</param>
    /// <param name="rubric">What is asked, and what the answers mean.</param>
    /// <param name="maxNewTokens">Longest answer.</param>
    /// <param name="askAgain">How often an answer that cannot be read is asked for again.</param>
    /// <exception cref="InputException">The backend or the rubric cannot be used.</exception>
    public static IJudge LanguageModel(JudgeBackend backend, Rubric rubric, int maxNewTokens, int askAgain) =>
        new RubricJudge(
            new LanguageModelJudge
            {
                Backend = backend,
                Rubric = rubric,
                MaxNewTokens = maxNewTokens,
                AskAgain = askAgain,
            },
            JudgingPlace.Current
        );
}
