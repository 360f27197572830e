return await Cnn.Reference.CommandLine.Run(args);
