return await DcrDsl.Tool.DcrTool.RunAsync(args);
