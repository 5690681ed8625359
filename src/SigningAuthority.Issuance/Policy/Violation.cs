namespace SigningAuthority.Issuance.Policy;

/// <summary>
/// One rule that a request breaks, in the words its sender needs. Never holds anything secret: what was sent is quoted
/// only where it is a name or a number, cut to 128 characters.
/// </summary>
/// <param name="Code">Stable, kebab-case; documented in the OpenAPI description.</param>
/// <param name="Field">Where in the request: "csr.subject.commonName", "devices[1]", "mac".</param>
/// <param name="Expected">What the rule wants.</param>
/// <param name="Actual">What was sent.</param>
/// <param name="Message">One sentence for a person.</param>
/// <param name="Source">Where the rule comes from: an RFC's section, a guide, our configuration's key.</param>
/// <param name="Fix">The command or action that mends it.</param>
public sealed record Violation(string Code, string Field, string Expected, string Actual, string Message, string Source, string Fix);
