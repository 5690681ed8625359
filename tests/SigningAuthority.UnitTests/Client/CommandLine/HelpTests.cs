using System.CommandLine;
using SigningAuthority.Client.CommandLine;
using Xunit;

namespace SigningAuthority.UnitTests.Client.CommandLine;

public sealed class HelpTests
{
    public static TheoryData<string> Commands => [.. SignctlCommand.Build().Subcommands.Select(command => command.Name)];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Each_command_has_examples_that_its_own_grammar_accepts(string name)
    {
        var root = SignctlCommand.Build();
        var command = Assert.IsType<DocumentedCommand>(root.Subcommands.Single(candidate => candidate.Name == name));
        var examples = command.Examples.Where(example => example.StartsWith($"signctl {name}", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(examples);
        Assert.All(examples, example => Assert.Empty(root.Parse(example["signctl ".Length..].Replace("'", "")).Errors));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Help_prints_the_examples(string name)
    {
        var output = new StringWriter();
        var root = SignctlCommand.Build();
        root.Parse([name, "--help"]).Invoke(new InvocationConfiguration { Output = output });
        Assert.Contains($"Examples:\n", output.ToString(), StringComparison.Ordinal);
        Assert.Contains($"  signctl {name}", output.ToString(), StringComparison.Ordinal);
    }
}
