using System.CommandLine;

namespace DcrDsl.Cli;

/// <summary><c>completion</c>: a script by which a shell completes verbs, options, and names of experiments with the Tab key.</summary>
static class CompletionVerb
{
    static readonly Dictionary<string, Func<string, string>> Scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = Bash,
        ["zsh"] = Zsh,
        ["fish"] = Fish,
        ["pwsh"] = PowerShell,
    };

    /// <param name="terminal">Where the script is written.</param>
    /// <param name="program">The program's name on the command line, as the shell finds it.</param>
    public static Verb Of(Terminal terminal, string program)
    {
        var shell = new Argument<string>("SHELL") { HelpName = "SHELL", Description = "bash, zsh, fish or pwsh." };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        var command = new Command("completion", "Writes a script that lets a shell complete verbs, options and names.") { shell };
        command.SetAction(parsed =>
        {
            terminal.Plain(Scripts[parsed.GetRequiredValue(shell)](program));
            return ExitCode.Success;
        });
        return new Verb(command, () => ["completion bash > completions.sh", "completion pwsh > completions.ps1"]);
    }

    /// <summary>The name of this very program's file.</summary>
    public static string ProgramHere() => System.Reflection.Assembly.GetEntryAssembly()?.GetName().Name ?? "dcr";

    // A function of the shell is named after the program, and not all that a file may be called is a name there.
    static string Function(string program) =>
        "_" + string.Concat(program.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')) + "_complete";

    // The line is completed up to the cursor; the directive is System.CommandLine's.
    static string Bash(string program) =>
        $$"""
            {{Function(program)}}() {
              local IFS=$'\n' line="${COMP_LINE:0:COMP_POINT}" word="${COMP_WORDS[COMP_CWORD]}"
              COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)" -- "$word"))
            }
            complete -o default -F {{Function(program)}} {{program}}
            """;

    static string Zsh(string program) =>
        $$"""
            #compdef {{program}}
            {{Function(program)}}() {
              local line="${words[1,CURRENT]}"
              local -a found
              found=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
              if [[ -n "$found" ]]; then compadd -- $found; else _files; fi
            }
            compdef {{Function(program)}} {{program}}
            """;

    static string Fish(string program) =>
        $$"""
            function {{Function(program)}}
              set -l line (commandline -cp | string collect)
              set -l words (commandline -opc)
              $words[1] "[suggest:"(string length -- $line)"]" "$line" 2>/dev/null
            end
            complete -c {{program}} -a '({{Function(program)}})'
            """;

    static string PowerShell(string program) =>
        $$"""
            Register-ArgumentCompleter -Native -CommandName '{{program.Replace("'", "''", StringComparison.Ordinal)}}' -ScriptBlock {
              param($word, $line, $cursor)
              $text = $line.ToString().Substring(0, [Math]::Min($cursor, $line.ToString().Length)).PadRight($cursor)
              & '{{program.Replace("'", "''", StringComparison.Ordinal)}}' "[suggest:$cursor]" $text 2>$null |
                Where-Object { $_ -like "$word*" } |
                ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
            }
            """;
}
