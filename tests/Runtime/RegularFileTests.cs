using System.Diagnostics;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using DcrDsl.Data.Files;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Choices;
using DcrDsl.FileSystem;
using DcrDsl.Models;
using DcrDsl.Models.Checkpoints;
using DcrDsl.Models.LowRank;
using DcrDsl.Runtime.Tests.Data;
using DcrDsl.Runtime.Tests.Runs;
using DcrDsl.Specs;
using TorchSharp;

namespace DcrDsl.Runtime.Tests;

/// <summary>
/// Pipes, devices and the like behind every path that is read. A reader that opened one would wait for ever, so each is given a minute.
/// </summary>
public sealed class RegularFileTests : IDisposable
{
    const string NoFile = " is no file but a pipe, a device, a broken link or the like, which is not read: copy what it gives into a file.";

    readonly string folder = Directory.CreateTempSubdirectory("dcrdsl").FullName;
    readonly TinyCheckpoint checkpoint = new();

    public RegularFileTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no named pipes in folders");

    public void Dispose()
    {
        checkpoint.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    string In(string name) => Path.Combine(folder, name);

    static string Pipe(string path)
    {
        File.Delete(path);
        using var process = Process.Start("mkfifo", [path]);
        process.WaitForExit();
        return path;
    }

    static async Task Refused(string path, Action read, string before = "")
    {
        var mistake = await Assert.ThrowsAsync<InputException>(() =>
            Task.Run(read, TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken)
        );
        Assert.Equal(before + path + NoFile, mistake.Message);
    }

    [Theory]
    [InlineData(".csv")]
    [InlineData(".jsonl")]
    [InlineData(".json.gz")]
    [InlineData(".txt")]
    [InlineData(".parquet")]
    public async Task A_pipe_behind_a_file_of_prompts_or_questions_is_refused(string ending)
    {
        string path = Pipe(In("a" + ending));
        await Refused(path, () => PromptFiles.Load(new() { Path = path }, new DataFileTests.AnyText()));
        await Refused(path, () => ChoiceQuestions.Load(new MultipleChoiceTask { Name = "T", Path = path }));
        string questions = In("q.jsonl");
        File.WriteAllText(questions, """{"goal":"g","sol1":"s","sol2":"t"}""");
        await Refused(
            path,
            () =>
                ChoiceQuestions.Load(
                    new MultipleChoiceTask
                    {
                        Name = "T",
                        Path = questions,
                        Format = ChoiceFormat.Piqa,
                        LabelsPath = path,
                    }
                )
        );
        await Refused(
            path,
            () =>
                ChoiceQuestions.Load(
                    new MultipleChoiceTask
                    {
                        Name = "T",
                        Path = questions,
                        Format = ChoiceFormat.Piqa,
                        Shots = 1,
                        ShotsPath = path,
                    }
                )
        );
    }

    /// <summary>As in Hugging Face's cache, seen through a link to the snapshot's folder.</summary>
    [Fact]
    public void A_relative_link_counts_from_where_it_really_lies()
    {
        string folder = Directory.CreateTempSubdirectory("dcrdsl").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "cache", "blobs"));
            Directory.CreateDirectory(Path.Combine(folder, "cache", "snapshots", "main"));
            File.WriteAllText(Path.Combine(folder, "cache", "blobs", "abc"), "text");
            File.CreateSymbolicLink(
                Path.Combine(folder, "cache", "snapshots", "main", "config.json"),
                Path.Combine("..", "..", "blobs", "abc")
            );
            Directory.CreateSymbolicLink(Path.Combine(folder, "alias"), Path.Combine("cache", "snapshots", "main"));
            Assert.Equal("text", RegularFile.Text(Path.Combine(folder, "alias", "config.json")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Devices_sockets_and_links_to_them_are_refused_and_links_to_files_are_read()
    {
        string socket = In("socket.csv"),
            device = In("device.csv"),
            pipe = In("pipe.csv"),
            broken = In("broken.csv"),
            file = In("file.csv"),
            link = In("link.csv");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(socket));
        File.CreateSymbolicLink(device, "/dev/zero");
        File.CreateSymbolicLink(pipe, Pipe(In("a")));
        File.CreateSymbolicLink(broken, In("none"));
        foreach (string path in new[] { socket, device, pipe, broken })
            await Refused(path, () => TableFile.Read(path));
        File.WriteAllText(file, "prompt\nHi\n");
        File.CreateSymbolicLink(link, file);
        Assert.Single(TableFile.Read(link).Rows);
        File.WriteAllText(file, "");
        Assert.Equal(link + " is empty: fill it, or name another file.", Assert.Throws<InputException>(() => TableFile.Read(link)).Message);
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("generation_config.json")]
    [InlineData("tokenizer.json")]
    [InlineData("tokenizer_config.json")]
    [InlineData("special_tokens_map.json")]
    [InlineData("chat_template.jinja")]
    [InlineData("model.safetensors")]
    [InlineData("model.safetensors.index.json")]
    public async Task A_pipe_in_a_models_directory_is_refused(string name)
    {
        if (name == "model.safetensors.index.json")
            File.Delete(checkpoint.In("model.safetensors"));
        string path = Pipe(checkpoint.In(name));
        await Refused(path, () => HuggingFaceModel.Open(new HuggingFace { Path = checkpoint.Folder }, 0, torch.CPU).Dispose());
    }

    [Theory]
    [InlineData("adapter_config.json")]
    [InlineData("adapter_model.safetensors")]
    public async Task A_pipe_in_an_adapters_directory_is_refused(string name)
    {
        using var decoder = HuggingFaceDirectory.Open(checkpoint.Folder, torch.CPU);
        File.WriteAllText(In("adapter_config.json"), """{"peft_type": "LORA", "r": 2, "lora_alpha": 4, "target_modules": ["q_proj"]}""");
        string path = Pipe(In(name));
        await Refused(path, () => PeftDirectory.Open(folder, decoder).Dispose());
    }

    [Theory]
    [InlineData("experiment.json")]
    [InlineData("cells.jsonl")]
    [InlineData("completions/stl-seed0.jsonl")]
    public async Task A_pipe_in_the_folder_of_a_run_is_refused(string name)
    {
        using var run = new FakeRun(FakeExperiment.Of(), new DcrDsl.Planning.Selection { Seeds = [0] });
        string path = Pipe(Path.Combine(run.Folder, name));
        await Refused(path, () => run.Results.Scores(run.Results.Cells[0]));
    }

    [Fact]
    public void Empty_paths_are_told()
    {
        Assert.StartsWith(
            "The Hugging Face model has no Path: ",
            Assert.Throws<InputException>(() => HuggingFaceModel.Open(new HuggingFace { Path = "" }, 0, torch.CPU)).Message,
            StringComparison.Ordinal
        );
        var plan = DcrDsl.Planning.Plan.Of(FakeExperiment.Of(), DcrDsl.Planning.Selection.Everything);
        Assert.StartsWith(
            "--out: give the name of a folder",
            Assert
                .Throws<InputException>(() =>
                    DcrDsl.Execution.RunFolder.Create("", plan, FakeRun.Keys(plan), _ => FakeRun.Description(plan))
                )
                .Message,
            StringComparison.Ordinal
        );
        Assert.Equal("A path is empty: name a file or folder.", Assert.Throws<InputException>(() => RegularFile.Bytes(" ")).Message);
        Assert.Contains(
            "zero character",
            Assert.Throws<InputException>(() => HuggingFaceModel.Open(new HuggingFace { Path = "a\0b" }, 0, torch.CPU)).Message,
            StringComparison.Ordinal
        );
    }

    /// <summary>Half a character in a JSON string is legal JSON and no text: Python's tokenizers refuse it as well, only later.</summary>
    [Theory]
    [InlineData("config.json", """{"architectures":["LlamaForCausalLM"],"model_type":"llama","x":"\ud800"}""")]
    [InlineData("config.json", """{"\udc00":1}""")]
    [InlineData("generation_config.json", """{"eos_token_id":1,"x":["\ud83dx"]}""")]
    [InlineData("tokenizer_config.json", """{"eos_token":"\ud800"}""")]
    [InlineData("tokenizer_config.json", """{"eos_token":{"content":"\ud800"}}""")]
    [InlineData("tokenizer_config.json", """{"chat_template":"\ud800"}""")]
    [InlineData("special_tokens_map.json", """{"pad_token":"\udfff"}""")]
    [InlineData("tokenizer.json", """{"model":{"vocab":{"\ud800":0}}}""")]
    [InlineData("tokenizer.json", """{"normalizer":{"type":"Replace","pattern":{"String":"a"},"content":"\ud800"}}""")]
    public void Half_a_character_in_a_models_directory_is_told_with_its_line(string name, string json)
    {
        if (json.Contains("chat_template", StringComparison.Ordinal))
            File.Delete(checkpoint.In("chat_template.jinja"));
        File.WriteAllText(checkpoint.In(name), "\n" + json);
        Assert.Equal(
            checkpoint.In(name)
                + (
                    name == "tokenizer.json"
                        ? ": json: line 2: a text holds half of a surrogate pair; take the tokenizer.json from the checkpoint again."
                        : ", line 2: a string with half a character (one of two \\u escapes that only count together), so it is no "
                            + "text: repair or delete it."
                ),
            Assert.Throws<InputException>(() => HuggingFaceModel.Open(new HuggingFace { Path = checkpoint.Folder }, 0, torch.CPU)).Message
        );
    }

    [Theory]
    [InlineData("experiment.json")]
    [InlineData("cells.jsonl")]
    [InlineData("stages.jsonl")]
    [InlineData("completions/stl-seed0.jsonl")]
    public void Half_a_character_in_the_folder_of_a_run_is_told(string name)
    {
        using var run = new FakeRun(FakeExperiment.Of(), new DcrDsl.Planning.Selection { Seeds = [0] });
        string path = Path.Combine(run.Folder, name),
            text = File.ReadAllText(path);
        string known = new Regex("\": ?\"[^\"]*\"").Replace(text, "\":\"\\ud800\"", 1).Replace("\r", "", StringComparison.Ordinal);
        foreach (string half in new[] { """{"\ud800":1,""" + text[1..], """{"x":"\ud800",""" + text[1..], known })
        {
            File.WriteAllText(path, half);
            Assert.StartsWith(
                path + ", line ",
                Assert.Throws<InputException>(() => run.Results.Scores(run.Results.Cells[0])).Message,
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public void Bytes_that_are_no_text_are_told()
    {
        foreach (string name in new[] { "config.json", "tokenizer_config.json", "chat_template.jinja" })
        {
            using var other = new TinyCheckpoint();
            File.WriteAllBytes(other.In(name), [.. "{\"x\":\""u8, 0xED, 0xA0, 0x80, .. "\"}"u8]);
            string message = Assert
                .Throws<InputException>(() => HuggingFaceModel.Open(new HuggingFace { Path = other.Folder }, 0, torch.CPU))
                .Message;
            Assert.StartsWith(other.In(name), message, StringComparison.Ordinal);
            Assert.Contains("not UTF-8", message, StringComparison.Ordinal);
        }
    }
}
