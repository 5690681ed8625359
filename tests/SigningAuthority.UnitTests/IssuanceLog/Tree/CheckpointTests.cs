using SigningAuthority.IssuanceLog.Tree;
using Xunit;

namespace SigningAuthority.UnitTests.IssuanceLog.Tree;

public sealed class CheckpointTests
{
    [Fact]
    public void A_body_is_origin_size_and_root_each_on_its_line()
    {
        var root = Convert.FromBase64String("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=");
        var body = new Checkpoint("example.com/behind-the-sofa", 20_852_163, root).Body();
        Assert.Equal("example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", body);
    }

    [Fact]
    public void A_body_reads_back()
    {
        var checkpoint = Checkpoint.Parse(new Checkpoint("log.example.com", 8, ReferenceTree.Root(8)).Body());
        Assert.Equal("log.example.com", checkpoint.Origin);
        Assert.Equal(8, checkpoint.Size);
        Assert.Equal(ReferenceTree.Root(8), checkpoint.RootHash);
    }

    [Fact]
    public void An_empty_log_has_size_0_and_the_empty_root() =>
        Assert.Equal(
            "log.example.com\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
            new Checkpoint("log.example.com", 0, MerkleTree.EmptyRoot).Body()
        );

    [Theory]
    [InlineData("")]
    [InlineData("log\n8\n")]
    [InlineData("log\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=")]
    [InlineData("\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n")]
    [InlineData("log\n08\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n")]
    [InlineData("log\n+8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n")]
    [InlineData("log\n-8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n")]
    [InlineData("log\n9223372036854775808\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n")]
    [InlineData("log\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQw==\n")]
    [InlineData("log\n8\n Xcnaeac GWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n")]
    [InlineData("log\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyh=\n")]
    [InlineData("log\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\nextension\n")]
    [InlineData("log\r\n8\r\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\r\n")]
    [InlineData("log\n0\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n")]
    public void Another_spelling_is_refused(string body) => Assert.Throws<FormatException>(() => Checkpoint.Parse(body));

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("two\nlines")]
    [InlineData("a+b")]
    public void An_origin_that_is_no_key_name_is_refused(string origin) =>
        Assert.Throws<ArgumentException>(() => new Checkpoint(origin, 8, ReferenceTree.Root(8)));
}
