using System.Text.Json.Nodes;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Devices;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Production;
using SigningAuthority.Issuance.Profiles;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Configuration;

/// <summary>The shipped schemas are what the code reads. UPDATE_SCHEMAS=1 writes them instead of comparing.</summary>
public sealed class ConfigurationSchemaTests
{
    private static readonly Dictionary<string, (string Section, Type Type)> Schemas = new()
    {
        ["authority"] = ("authorities", typeof(AuthorityDefinition)),
        ["device-family"] = ("device-families", typeof(DeviceFamily)),
        ["order-key"] = ("stations", typeof(OrderSigningKey)),
        ["policy"] = ("policies", typeof(PolicySettings)),
        ["profile"] = ("profiles", typeof(CertificateProfile)),
    };

    public static TheoryData<string> Names => [.. Schemas.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_shipped_schema_is_the_one_of_the_code(string name)
    {
        var generated = ConfigurationSchema.Generate(Schemas[name].Type, Schemas[name].Section);
        if (Environment.GetEnvironmentVariable("UPDATE_SCHEMAS") == "1")
            File.WriteAllText(FileOf(name), generated);
        Assert.Equal(generated, File.ReadAllText(FileOf(name)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_key_is_explained_in_the_README_and_no_other(string name)
    {
        var (section, type) = Schemas[name];
        var keys = ConfigurationSchema.KeysIn(JsonNode.Parse(ConfigurationSchema.Generate(type, section))!);
        Assert.Equal(keys.Order(StringComparer.Ordinal), ConfigurationReadme.KeysOf(section).Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_shipped_file_keeps_its_schema_and_names_it(string name)
    {
        var schema = JsonNode.Parse(File.ReadAllText(FileOf(name)))!;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(RepositoryFolder.Configuration, Schemas[name].Section)))
        {
            var json = JsonNode.Parse(File.ReadAllText(file))!;
            Assert.Equal($"../schema/{name}.schema.json", (string?)json["$schema"]);
            Assert.Empty(SchemaCheck.Find(json, schema, Path.GetFileName(file)));
        }
    }

    [Theory]
    [InlineData("{\"colour\":1}", "$: colour")]
    [InlineData("{\"id\":1}", "$.id")]
    [InlineData("{\"purpose\":\"Root\"}", "$.purpose")]
    [InlineData("{\"key\":\"RSA-1024\"}", "$.key")]
    [InlineData("{\"subject\":[{\"type\":\"CN\"}]}", "$.subject[0]: value")]
    [InlineData("{\"devicesAccept\":{\"largestRsaBits\":\"2048\"}}", "$.devicesAccept.largestRsaBits")]
    [InlineData("{}", "$: id")]
    public void A_wrong_file_breaks_the_schema(string json, string where) =>
        Assert.Contains(
            SchemaCheck.Find(JsonNode.Parse(json), JsonNode.Parse(File.ReadAllText(FileOf("authority")))!),
            defect => defect.StartsWith(where, StringComparison.Ordinal)
        );

    private static string FileOf(string name) => Path.Combine(RepositoryFolder.Configuration, "schema", $"{name}.schema.json");
}
