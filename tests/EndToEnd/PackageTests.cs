using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;

namespace DcrDsl.EndToEnd.Tests;

/// <summary>The packages as somebody has them who has nothing else: packed into a folder, with a fresh project of each template.</summary>
public sealed class PackageTests(PackageTests.Feed feed) : IClassFixture<PackageTests.Feed>
{
    static readonly string[] Libraries = ["DcrDsl.Specs", "DcrDsl.Jinja", "DcrDsl.Tokenizers", "DcrDsl", "DcrDsl.Cli"];

    /// <summary>
    /// <c>dotnet new dcr</c>, a YAML file beside the record, then what the README of the template says: a run of either, and the tests.
    /// </summary>
    [Fact]
    public async Task A_project_of_the_template_runs_a_record_and_a_file_and_passes_its_tests()
    {
        string lab = await feed.New("dcr");
        File.WriteAllText(
            Path.Combine(lab, "MyLab", "second.dcr.yaml"),
            """
            experiment: second
            summary: Is a YAML file found without being named?
            base: { type: ToyLlama, layers: 2, width: 32, feedForward: 64 }
            stages:
              Learn: { type: Pretrain, data: { from: ToyWorld.Pretraining, take: 500 }, steps: 5, schedule: { warmup: 1 } }
              Score: { type: EvaluationGrid, tasks: [{ name: Toxic, prompts: { from: ToyWorld.ToxicPrompts, take: 20 } }] }
            arms: { base: {} }
            seeds: [0]
            """
        );
        await feed.Dotnet(lab, "build", "-c", "Release");
        string listed = await feed.Dotnet(lab, "run", "--project", "MyLab", "-c", "Release", "--no-build", "--", "list");
        Assert.Contains("first", listed, StringComparison.Ordinal);
        await feed.Dotnet(lab, "run", "--project", "MyLab", "-c", "Release", "--no-build", "--", "run", "second");
        Assert.True(File.Exists(Path.Combine(lab, "runs", "second", "001", "report.html")));
        Assert.Contains("succeeded: 2", await feed.Test("dcr", lab, "--no-build"), StringComparison.Ordinal);
    }

    /// <summary>The other templates, which take minutes to build: see docs/packages.md.</summary>
    [Theory]
    [InlineData("dcr-loss", "succeeded: 4")]
    [InlineData("dcr-model", "succeeded: 1")]
    public async Task A_project_of_each_template_builds_and_passes_its_tests(string template, string passed)
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("DCRDSL_PACKAGES") == "1",
            "It takes minutes: set DCRDSL_PACKAGES=1 to run it."
        );
        Assert.Contains(passed, await feed.Test(template, await feed.New(template)), StringComparison.Ordinal);
    }

    /// <summary>The tool, installed from its package, makes a project, looks at it and runs it.</summary>
    [Fact]
    public async Task The_tool_makes_a_project_and_runs_its_verbs()
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("DCRDSL_PACKAGES") == "1",
            "It takes minutes: set DCRDSL_PACKAGES=1 to run it."
        );
        string place = feed.Folder("tool"),
            lab = Path.Combine(place, "MyLab");
        await feed.Dotnet(
            place,
            "tool",
            "install",
            "DcrDsl.Tool",
            "--tool-path",
            place,
            "--version",
            feed.Version,
            "--add-source",
            feed.Folder("feed")
        );
        string dcr = Path.Combine(place, OperatingSystem.IsWindows() ? "dcr.exe" : "dcr");
        await feed.Run(dcr, place, 0, "new", "dcr", "MyLab", "--source", feed.Folder("feed"));
        Assert.Contains("first", await feed.Run(dcr, lab, 0, "list"), StringComparison.Ordinal);
        Assert.Contains("it loads", await feed.Run(dcr, lab, 0, "doctor", "--json"), StringComparison.Ordinal);
        Assert.Contains("They read no files", await feed.Run(dcr, lab, 0, "init-data"), StringComparison.Ordinal);
        Assert.Contains("There is no experiment 'frist'", await feed.Run(dcr, lab, 1, "plan", "frist"), StringComparison.Ordinal);
    }

    /// <summary>It stands beside programs, on machines where libtorch may not load, so it brings none.</summary>
    [Fact]
    public void The_tool_is_small_and_has_nothing_of_torch()
    {
        string[] files = feed.Files("DcrDsl.Tool");
        Assert.Contains("tools/net10.0/any/DcrDsl.Tool.dll", files);
        Assert.DoesNotContain(files, f => f.Contains("torch", StringComparison.OrdinalIgnoreCase));
        Assert.InRange(new FileInfo(feed.Package("DcrDsl.Tool")).Length, 1, 5_000_000);
    }

    [Fact]
    public async Task A_program_without_a_libtorch_is_told_which_package_to_add()
    {
        string lab = await feed.New("dcr");
        string answer = await feed.Dotnet(lab, 1, "build", "MyLab", "-c", "Release", "-p:DcrTorch=other");
        Assert.Contains(
            "error DCR9004: MyLab.csproj has no libtorch: add <PackageReference Include=\"libtorch-cpu-",
            answer,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_package_holds_what_it_needs_and_no_more()
    {
        string[] files = feed.Files("DcrDsl");
        foreach (string compiler in (string[])["DcrDsl.Generators.dll", "DcrDsl.CodeFixes.dll", "DcrDsl.Specs.dll", "YamlDotNet.dll"])
            Assert.Contains("analyzers/dotnet/cs/" + compiler, files);
        Assert.Contains("buildTransitive/DcrDsl.targets", files);
        foreach (string name in Libraries)
        {
            files = feed.Files(name);
            Assert.Equal(
                ["lib/net10.0/" + name + ".dll", "lib/net10.0/" + name + ".xml"],
                files.Where(f => f.StartsWith("lib/", StringComparison.Ordinal)).Order()
            );
            Assert.Superset(new HashSet<string> { "icon.png", "PACKAGE.md" }, files.ToHashSet());
            Assert.True(File.Exists(feed.Package(name, "snupkg")));
        }
    }

    /// <summary>A package says its licence, its commit and, of libraries, nothing that only one operating system can take.</summary>
    [Fact]
    public void A_package_says_where_it_comes_from_and_depends_on_no_platform()
    {
        foreach (string name in (string[])[.. Libraries, "DcrDsl.Tool", "DcrDsl.Templates"])
        {
            var metadata = feed.Specification(name).Root!.Elements().First();
            string Value(string element) => metadata.Elements().First(e => e.Name.LocalName == element).Value;
            Assert.Equal("MIT", Value("license"));
            Assert.Equal(feed.Version, Value("version"));
            var repository = metadata.Elements().First(e => e.Name.LocalName == "repository");
            if (Path.Exists(Path.Combine(CommandLine.Repository, ".git")))
                Assert.Matches("^[0-9a-f]{40}$", repository.Attribute("commit")!.Value);
            Assert.DoesNotContain(
                metadata.Descendants().Where(e => e.Name.LocalName == "dependency").Select(e => e.Attribute("id")!.Value),
                id => id.StartsWith("libtorch", StringComparison.Ordinal) || id.StartsWith("TorchSharp-", StringComparison.Ordinal)
            );
        }
    }

    /// <summary>Everything packed once, and a place where templates and our packages are apart from those of the machine.</summary>
    public sealed class Feed : IAsyncLifetime
    {
        readonly CommandLine.TemporaryFolder folder = new();

        /// <summary>The version that was packed.</summary>
        public string Version { get; private set; } = "";

        public async ValueTask InitializeAsync()
        {
            foreach (string project in (string[])[.. Libraries, "DcrDsl.Tool", "DcrDsl.Templates"])
                await Dotnet(CommandLine.Repository, "pack", "src/" + project, "-c", Configuration, "-o", folder.In("feed"));
            string templates = Assert.Single(Directory.GetFiles(folder.In("feed"), "DcrDsl.Templates.*.nupkg"));
            Version = Path.GetFileNameWithoutExtension(templates)["DcrDsl.Templates.".Length..];
            await Dotnet(folder.Path, "new", "install", templates, "--debug:custom-hive", folder.In("hive"));
        }

        public ValueTask DisposeAsync()
        {
            folder.Dispose();
            return ValueTask.CompletedTask;
        }

        static string Configuration =>
            typeof(PackageTests).Assembly.Location.Contains("Release", StringComparison.Ordinal) ? "Release" : "Debug";

        /// <summary>A new solution of a template, with the packages that were packed.</summary>
        public async Task<string> New(string template)
        {
            string lab = folder.In(Guid.NewGuid().ToString("N"), "MyLab");
            await Dotnet(
                folder.Path,
                "new",
                template,
                "-n",
                "MyLab",
                "-o",
                lab,
                "--skipRestore",
                "true",
                "--debug:custom-hive",
                folder.In("hive")
            );
            return lab;
        }

        /// <summary>Runs the tests of a project. With DCRDSL_WRITE_DOCS=1 what they receive becomes the template's snapshots.</summary>
        public async Task<string> Test(string template, string lab, params string[] arguments)
        {
            try
            {
                return await Dotnet(lab, ["test", "-c", "Release", .. arguments]);
            }
            finally
            {
                if (Environment.GetEnvironmentVariable("DCRDSL_WRITE_DOCS") == "1")
                    foreach (string received in Directory.GetFiles(Path.Combine(lab, "MyLab.Tests"), "*.received.*"))
                        File.Copy(
                            received,
                            Path.Combine(
                                CommandLine.Repository,
                                "src/DcrDsl.Templates",
                                template,
                                "MyLab.Tests",
                                Path.GetFileName(received).Replace(".received.", ".verified.", StringComparison.Ordinal)
                            ),
                            overwrite: true
                        );
            }
        }

        /// <summary>A folder of its own; the packages are in feed.</summary>
        public string Folder(string name) => Directory.CreateDirectory(folder.In(name)).FullName;

        public string Package(string name, string extension = "nupkg") => folder.In("feed", $"{name}.{Version}.{extension}");

        public string[] Files(string name)
        {
            using var package = ZipFile.OpenRead(Package(name));
            return [.. package.Entries.Select(e => e.FullName)];
        }

        public XDocument Specification(string name)
        {
            using var package = ZipFile.OpenRead(Package(name));
            using var specification = package.GetEntry(name + ".nuspec")!.Open();
            return XDocument.Load(specification);
        }

        public Task<string> Dotnet(string where, params string[] arguments) => Dotnet(where, 0, arguments);

        /// <summary>What a command prints; it has to end with <paramref name="code"/>.</summary>
        public Task<string> Dotnet(string where, int code, params string[] arguments) => Run("dotnet", where, code, arguments);

        /// <summary>The same of another program than dotnet, which may call that.</summary>
        public async Task<string> Run(string program, string where, int code, params string[] arguments)
        {
            var start = new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = where,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            // Our packages are unpacked apart, or a later build of the same version would be taken for an earlier one; all others are
            // taken from where this machine has them.
            start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
            if (where != CommandLine.Repository)
            {
                start.Environment["RestoreFallbackFolders"] =
                    Environment.GetEnvironmentVariable("NUGET_PACKAGES")
                    ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
                start.Environment["NUGET_PACKAGES"] = folder.In("packages");
                start.Environment["RestoreAdditionalProjectSources"] = folder.In("feed");
                // Where dotnet new keeps the templates that the tool installs.
                if (program != "dotnet")
                    start.Environment["DOTNET_CLI_HOME"] = folder.In("home");
            }
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            string said = await output + await errors;
            Assert.True(process.ExitCode == code, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{said}");
            return said;
        }
    }
}
