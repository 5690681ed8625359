using System.CommandLine;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Client.Providers;

/// <summary>What the commands about one request have in common.</summary>
internal static class RequestOptions
{
    public static Argument<string> Id() => new("ID") { Description = "The request's id, as 'submit' printed it." };

    public static Option<int?> Wait()
    {
        var wait = new Option<int?>("--wait") { Description = "Seconds to wait for a result (0 to 86400)." };
        wait.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 0 or > 86400)
                result.AddError("--wait is between 0 and 86400 seconds.");
        });
        return wait;
    }

    /// <exception cref="InvalidInputException">The text is no id.</exception>
    public static SigningRequestId ParseId(string text) =>
        SigningRequestId.TryParse(text, out var id)
            ? id
            : throw new InvalidInputException($"'{text}' is not a request id (8-4-4-4-12 hexadecimal digits).");
}
