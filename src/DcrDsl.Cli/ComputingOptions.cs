using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;
using DcrDsl.Definition;
using DcrDsl.Execution;
using DcrDsl.Tensors;
using DcrDsl.Wording;
using TorchSharp;

namespace DcrDsl.Cli;

/// <summary>The options that say how numbers are computed: device, threads and precision.</summary>
sealed class ComputingOptions
{
    readonly Option<string> device = new("--device")
    {
        HelpName = "DEVICE",
        Description = "cpu, cuda:N or mps.",
        DefaultValueFactory = _ => "cpu",
    };

    readonly Option<string> threads = new(ThreadCount.Option)
    {
        HelpName = "N",
        Description =
            $"Processor threads to use in all, or '{ThreadCount.Measured}': as many as an operation does best with, by a measurement of "
            + "about a second at the start, where a stage run takes all that there are.",
        DefaultValueFactory = _ => Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
    };

    readonly Option<int?> sideBySide = new("--side-by-side")
    {
        HelpName = "N",
        Description =
            "Stage runs that go side by side, each with its share of the threads and with models of its own in memory. Default: one for "
            + "each thread with ToyWorld's models, one with others.",
    };

    readonly Option<string> precision = new("--precision")
    {
        HelpName = "FORMAT",
        Description =
            "fp32, or bf16: the matrices that a stage keeps frozen beside an adapter are held in bfloat16, and multiplied in "
            + "what a short measurement at the start finds faster, bfloat16 or float32; bf16-bf16 and bf16-fp32 say which. bf16-mixed is "
            + "bf16-bf16, and weights that are trained are multiplied in bfloat16 too. What is trained is held in float32 in any case.",
        DefaultValueFactory = _ => "fp32",
    };

    public ComputingOptions()
    {
        device.CompletionSources.Add(_ => Devices.Names.Select(n => new CompletionItem(n)));
        threads.Validators.Add(given =>
        {
            if (given.Tokens is [var one] && !ThreadCount.CanRead(one.Value))
                given.AddError($"{ThreadCount.Option} {one.Value}: give a whole number, or '{ThreadCount.Measured}'.");
        });
        threads.CompletionSources.Add(_ => [new CompletionItem(ThreadCount.Measured)]);
        precision.CompletionSources.Add(_ => Precision.Names.Select(n => new CompletionItem(n)));
    }

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(device);
        command.Options.Add(precision);
        command.Options.Add(threads);
        command.Options.Add(sideBySide);
    }

    /// <summary>Adds the options to a verb that computes in float32 only.</summary>
    public void AddDeviceTo(Command command)
    {
        command.Options.Add(device);
        command.Options.Add(threads);
    }

    /// <summary>What was given, to be computed elsewhere or to be looked up: the device need not be here.</summary>
    /// <param name="parsed">What was given.</param>
    /// <param name="otherwise">The threads where none are given.</param>
    /// <exception cref="InputException">A value is none.</exception>
    public Computing Elsewhere(ParseResult parsed, int otherwise)
    {
        var count = parsed.GetResult(threads) is { Implicit: false }
            ? ThreadCount.Given(parsed.GetRequiredValue(threads))
            : new ThreadCount(otherwise);
        TorchStartup.Initialize(count.Count);
        return new Computing(
            Devices.Named(parsed.GetRequiredValue(device)),
            count,
            SideBySide(parsed, count),
            Precision.Elsewhere(parsed.GetRequiredValue(precision))
        );
    }

    /// <summary>The options again, for a command line.</summary>
    public static IEnumerable<string> Repeated(Computing computing) =>
        [
            "--device",
            computing.Device.ToString(),
            "--precision",
            computing.Precision.Name,
            ThreadCount.Option,
            computing.Threads.Count.ToString(CultureInfo.InvariantCulture),
            .. computing.SideBySide is { } wanted ? ["--side-by-side", wanted.ToString(CultureInfo.InvariantCulture)] : (string[])[],
        ];

    /// <summary>What was given to a verb that computes in float32 only; libtorch is made ready for it.</summary>
    /// <exception cref="InputException">The device is not there, or a value is none.</exception>
    public (torch.Device Device, int Threads) OfDevice(ParseResult parsed)
    {
        var count = ThreadCount.Given(parsed.GetRequiredValue(threads));
        TorchStartup.Initialize(count.Count);
        return (Devices.Open(parsed.GetRequiredValue(device)), count.Count);
    }

    /// <summary>What was given; libtorch is made ready for it.</summary>
    /// <param name="parsed">What was given.</param>
    /// <param name="experiment">What is computed; null: what was begun elsewhere, with threads that were chosen there.</param>
    /// <param name="terminal">Is told what was measured.</param>
    /// <exception cref="InputException">The device is not there, or a value is none.</exception>
    public Computing Of(ParseResult parsed, ExperimentDefinition? experiment, Terminal terminal)
    {
        string given = parsed.GetRequiredValue(threads);
        var count = experiment is null
            ? ThreadCount.Given(given)
            : ThreadCount.Of(given, experiment.ThreadsPerRun, parsed.GetValue(sideBySide));
        if (count.Why is not null)
            terminal.Tell($"{English.Count(count.Count, "thread")}: {count.Why}.");
        TorchStartup.Initialize(count.Count);
        var place = Devices.Open(parsed.GetRequiredValue(device));
        var format = Precision.Of(parsed.GetRequiredValue(precision), place);
        if (format.Why is not null)
            terminal.Tell($"Matrices beside adapters: {format}.");
        if (format.Slower(place) is { } slower)
            terminal.Tell(slower);
        return new Computing(place, count, SideBySide(parsed, count), format);
    }

    int? SideBySide(ParseResult parsed, ThreadCount count) =>
        parsed.GetValue(sideBySide) switch
        {
            < 1 => throw new InputException("--side-by-side: give a whole number of at least 1."),
            { } wanted when wanted > count.Count => throw new InputException(
                $"--side-by-side {wanted}: each stage run needs a thread, and there "
                    + $"{(count.Count == 1 ? "is" : "are")} {English.Count(count.Count, "thread")}: give fewer, or more --threads."
            ),
            var given => given,
        };
}

/// <summary>How numbers are computed.</summary>
/// <param name="Device">Where tensors live.</param>
/// <param name="Threads">Processor threads in all.</param>
/// <param name="SideBySide">Stage runs that go side by side; null: as the experiment's model has it.</param>
/// <param name="Precision">The formats of matrices that stay frozen beside an adapter.</param>
sealed record Computing(torch.Device Device, ThreadCount Threads, int? SideBySide, Precision Precision)
{
    public ExecutionOptions Options =>
        new(Device, Threads.Count)
        {
            SideBySide = SideBySide,
            FrozenBase = Precision.Frozen,
            Products = Precision.Products,
        };
}
