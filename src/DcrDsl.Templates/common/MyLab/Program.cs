return await DcrDsl.Cli.DcrCommandLine.RunAsync(MyLab.DcrCatalog.Experiments, args);
