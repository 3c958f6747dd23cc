return await DcrDsl.Cli.DcrCommandLine.RunAsync(DcrDsl.Experiments.DcrCatalog.Experiments, args);
