using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.Replay;

/// <summary>A copy of the shipped ca-config that somebody wants to change; removed when disposed.</summary>
internal sealed class ProposedConfiguration : IDisposable
{
    private readonly string[] _sections = ["authorities", "device-families", "policies", "profiles", "stations"];

    public ProposedConfiguration()
    {
        foreach (var section in _sections)
        {
            Directory.CreateDirectory(Path.Combine(Folder, section));
            foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.CaConfig, section)))
                File.Copy(file, Path.Combine(Folder, section, Path.GetFileName(file)));
        }
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("ca-config-next-").FullName;

    public ProposedConfiguration With(string file, string old, string replacement)
    {
        var path = Path.Combine(Folder, file);
        var text = File.ReadAllText(path);
        Assert.Contains(old, text);
        File.WriteAllText(path, text.Replace(old, replacement));
        return this;
    }

    public ProposedConfiguration WithEach(string section, string old, string replacement)
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Folder, section)))
            File.WriteAllText(file, File.ReadAllText(file).Replace(old, replacement));
        return this;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
