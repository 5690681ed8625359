using System.Net;
using System.Text;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;
using Xunit;

namespace SigningAuthority.UnitTests.Client.Connections;

public sealed class ProblemReportTests
{
    private const string Problem = """
        {"type":"urn:signingauthority:problem:refused","title":"The request breaks 2 rules.","status":422,"code":"refused","violations":[
          {"code":"key-too-small","field":"csr.publicKey","expected":"2048 bits or more","actual":"1024 bits","message":"The key is too small.","source":"ca-config","fix":"openssl req -new -newkey rsa:2048"},
          {"code":"wildcard","field":"csr.subject.commonName","actual":"*.callme.com\u001b[2J"}]}
        """;

    [Fact]
    public void Violations_are_printed_as_a_list_with_code_and_fix()
    {
        var output = new StringWriter();
        var exitCode = Read(HttpStatusCode.UnprocessableEntity, "application/problem+json", Problem).Print(output);
        Assert.Equal(ExitCodes.Refused, exitCode);
        Assert.Equal(
            """
            signctl: refused (HTTP 422, refused): The request breaks 2 rules.
              1. key-too-small (csr.publicKey)
                 The key is too small.
                 expected: 2048 bits or more
                 actual:   1024 bits
                 source:   ca-config
                 fix:      openssl req -new -newkey rsa:2048
              2. wildcard (csr.subject.commonName)
                 actual:   *.callme.com?[2J

            """,
            output.ToString()
        );
    }

    [Theory]
    [InlineData("text/html", "<html>")]
    [InlineData("application/problem+json", "{")]
    [InlineData("application/problem+json", "null")]
    [InlineData(null, "")]
    public void An_answer_that_is_no_problem_is_told_by_its_status(string? mediaType, string body)
    {
        var output = new StringWriter();
        Assert.Equal(ExitCodes.Fault, Read(HttpStatusCode.BadGateway, mediaType, body).Print(output));
        Assert.Equal("signctl: failed (HTTP 502): BadGateway\n", output.ToString());
    }

    [Theory]
    [InlineData(400, ExitCodes.Refused)]
    [InlineData(404, ExitCodes.Refused)]
    [InlineData(429, ExitCodes.Fault)]
    [InlineData(503, ExitCodes.Fault)]
    public void A_client_error_is_a_refusal_unless_time_mends_it(int status, int exitCode) =>
        Assert.Equal(exitCode, Read((HttpStatusCode)status, null, "").ExitCode);

    private static ProblemReport Read(HttpStatusCode status, string? mediaType, string body) =>
        ProblemReport.Read(status, mediaType, Encoding.UTF8.GetBytes(body));
}
