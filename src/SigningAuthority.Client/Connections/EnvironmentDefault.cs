using System.CommandLine;
using SigningAuthority.Client.CommandLine;

namespace SigningAuthority.Client.Connections;

/// <summary>Options whose default comes from an environment variable; an empty variable counts as none.</summary>
internal static class EnvironmentDefault
{
    public static Option<string?> Option(string name, string variable, string description) =>
        new(name)
        {
            Description = $"{description} [env: {variable}]",
            // Not a DefaultValueFactory: help would print the value, and one of them is a token.
            Arity = ArgumentArity.ExactlyOne,
        };

    public static string? Read(ParseResult parsed, Option<string?> option, string variable) =>
        parsed.GetValue(option) ?? (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null);

    /// <exception cref="InvalidInputException">Neither the option nor the variable is there.</exception>
    public static string Require(ParseResult parsed, Option<string?> option, string variable) =>
        Read(parsed, option, variable) ?? throw new InvalidInputException($"give {option.Name} or set {variable}.");
}
