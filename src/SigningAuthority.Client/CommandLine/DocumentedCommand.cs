using System.CommandLine;

namespace SigningAuthority.Client.CommandLine;

/// <summary>A command whose help ends with examples that can be pasted.</summary>
internal sealed class DocumentedCommand(string name, string description, params string[] examples) : Command(name, description)
{
    public IReadOnlyList<string> Examples { get; } = examples;
}
