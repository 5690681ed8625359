using SigningAuthority.Client.CommandLine;

return await SignctlCommand.RunAsync(args);
