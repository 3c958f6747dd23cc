using BenchmarkDotNet.Running;
using DcrDsl.Benchmarks;
using DcrDsl.Benchmarks.Peer;

if (args is ["formats", var directory, .. var numbers])
    return FrozenFormats.Run(directory, numbers);
if (args is ["retain", .. var settings])
    return RetainedRefinement.Run(settings);
if (args is ["packing", .. var packed])
    return PackedTraining.Run(packed);
if (args is ["head", .. var sizes])
    return HeadLosses.Run(sizes);
if (args is ["memory", .. var steps])
    return StepMemory.Run(steps);
if (args is ["coverage", .. var runs])
    return IntervalCoverage.Run(runs);
if (args is ["race", var raced, .. var rules])
    return Race.Run(raced, rules);
if (args is ["generator", .. var experiments])
    return GeneratedBuild.Run(experiments);
if (args is ["generator-once", var kind, var given])
    return GeneratedBuild.Measure(kind, given);
if (args is ["report", .. var cells])
    return ReportSpeed.Run(cells);
if (args is ["peer", var model, .. var options])
    return PeerBenchmarks.Run(model, options);
if (args is ["steering", var steered, var data, .. var parts])
    return SteeringMeasures.Run(steered, data, parts);
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
