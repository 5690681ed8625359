using System.Net.Http.Headers;
using SigningAuthority.Outreach.Http;
using SigningAuthority.Storage.Notices;

namespace SigningAuthority.Outreach.Notices;

/// <summary>Posts a notice to a provider's server. Success is a status of 200 to 299; a redirect is not followed, and so is none.</summary>
internal sealed class SendWebhook(GuardedHttp http, DeliverySettings settings, TimeProvider time)
{
    /// <summary>The notice's id, the same at each attempt: what a receiver tells repetitions by.</summary>
    public const string IdHeader = "Signing-Authority-Notice";

    private const int LargestAnswer = 64 * 1024;

    /// <exception cref="CallRefusedException">It was not taken.</exception>
    public async Task RunAsync(ClaimedNotice claimed, CancellationToken cancellation)
    {
        var secret = claimed.Secret ?? throw new InvalidOperationException($"Contact {claimed.Notice.ContactId} has no secret.");
        if (!Uri.TryCreate(claimed.Notice.ContactTarget, UriKind.Absolute, out var target) || target.Scheme != Uri.UriSchemeHttps)
            throw new CallRefusedException("not-https", "a webhook's address begins with https://");

        var now = time.GetUtcNow();
        var body = NoticeText.Json(claimed, now);
        using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("SigningAuthority", "1"));
        request.Headers.Add(IdHeader, claimed.Notice.Id.ToString());
        request.Headers.Add(WebhookSignature.Header, WebhookSignature.Of(body, secret, now));
        var answer = await http.SendAsync(request, LargestAnswer, settings.AttemptTime, cancellation);
        if (answer.Status is < 200 or > 299)
            throw new CallRefusedException("answer-not-success", $"{target.Host} answered {answer.Status}");
    }
}
