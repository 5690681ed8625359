using System.CommandLine;
using SigningAuthority.Client.CommandLine;
using Xunit;

namespace SigningAuthority.UnitTests.Client.Log;

public sealed class LogHelpTests
{
    [Fact]
    public void Each_command_of_the_log_has_examples_that_its_own_grammar_accepts()
    {
        var root = SignctlCommand.Build();
        var commands = Below(root.Subcommands.Single(command => command.Name == "log")).ToList();
        Assert.Equal(12, commands.Count);
        foreach (var command in commands)
        {
            Assert.NotEmpty(command.Examples);
            Assert.All(command.Examples, example => Assert.Empty(root.Parse(example["signctl ".Length..]).Errors));
        }
    }

    [Fact]
    public async Task Evidence_that_fails_is_told_from_a_wrong_command_line_by_the_exit_status()
    {
        using var log = new LogScratch(3);
        using var other = new MadeLog(log.PathOf("other"));
        var key = log.Made.WriteKey(log.PathOf("log.pub"));
        Assert.Equal(0, await SignctlCommand.RunAsync(["log", "verify", log.Made.Folder, "--key", key]));
        Assert.Equal(1, await SignctlCommand.RunAsync(["log", "verify", log.Made.Folder, "--key", log.PathOf("missing.pub")]));
        key = other.WriteKey(log.PathOf("other.pub"));
        Assert.Equal(2, await SignctlCommand.RunAsync(["log", "verify", log.Made.Folder, "--key", key]));
    }

    private static IEnumerable<DocumentedCommand> Below(Command command) =>
        command.Subcommands.SelectMany(Below).Prepend(Assert.IsType<DocumentedCommand>(command));
}
