using SigningAuthority.Api.Description;

namespace SigningAuthority.Api.Receipts;

internal static class ReceiptServices
{
    public static IServiceCollection AddReceipts(this IServiceCollection services) =>
        services.AddSingleton<SealedLog>().AddSingleton<AwaitReceipt>().AddSingleton<AnswerReceipt>();

    /// <summary>What every route of a receipt says of itself.</summary>
    public static RouteHandlerBuilder GivesReceipt(this RouteHandlerBuilder route) =>
        route
            .Produces(200, contentType: AnswerReceipt.MediaType)
            .AnswersProblems(400, 404, 503)
            .HasQuery("wait", "Seconds, 0 to 30, for a certificate so new that the log has no place for it yet.");

    /// <returns>Null for anything but the 64 hexadecimal digits of a SHA-256.</returns>
    public static byte[]? ParseFingerprint(string text) =>
        text.Length == 64 && text.All(char.IsAsciiHexDigit) ? Convert.FromHexString(text) : null;
}
