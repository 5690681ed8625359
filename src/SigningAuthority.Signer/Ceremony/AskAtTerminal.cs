namespace SigningAuthority.Signer.Ceremony;

/// <summary>Puts a plan before the person at the terminal, who types the authority's id to say yes.</summary>
internal sealed class AskAtTerminal(TextReader input, TextWriter output)
{
    /// <exception cref="CeremonyRefusal">Anything else was typed, or nobody is there.</exception>
    public Confirmation Confirm(AuthorityPlan plan)
    {
        var id = plan.Definition.Id;
        output.WriteLine();
        output.WriteLine($"About to create \"{id}\". Its key can't be changed or taken back:");
        foreach (var (name, value) in plan.Facts())
            output.WriteLine($"  {name, -12} {value}");
        output.Write($"Type {id} to confirm, anything else to stop: ");
        output.Flush();

        return input.ReadLine()?.Trim() == id
            ? new Confirmation(Environment.UserName, "typed at the terminal")
            : throw new CeremonyRefusal($"\"{id}\" was not confirmed; nothing was made. Without a terminal give --answers FILE.");
    }
}
