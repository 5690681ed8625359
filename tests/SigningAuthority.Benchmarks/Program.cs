using System.CommandLine;
using SigningAuthority.Benchmarks.Devices;
using SigningAuthority.Benchmarks.Draining;
using SigningAuthority.Benchmarks.Growth;
using SigningAuthority.Benchmarks.Keys;
using SigningAuthority.Benchmarks.Load;
using SigningAuthority.Benchmarks.Logs;
using SigningAuthority.Benchmarks.Ocsp;
using SigningAuthority.Benchmarks.RevocationLists;

// What tests/benchmarks/compare.sh is made of. Each verb measures or prepares one thing and prints lines of Markdown or one figure.
var root = new RootCommand("Measures a running authority from outside; see tests/benchmarks/compare.sh.")
{
    DevicesCommand.Create(),
    LoadCommand.Create(),
    DrainCommand.Create(),
    FillCommand.Create(),
    TokenRateCommand.Create(),
    LogTilesCommand.Create(),
    RevocationListCommand.Create(),
    OcspCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
