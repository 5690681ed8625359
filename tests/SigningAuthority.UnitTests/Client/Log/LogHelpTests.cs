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

    private static IEnumerable<DocumentedCommand> Below(Command command) =>
        command.Subcommands.SelectMany(Below).Prepend(Assert.IsType<DocumentedCommand>(command));
}
