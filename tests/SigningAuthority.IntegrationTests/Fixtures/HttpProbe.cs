using System.Net;

namespace SigningAuthority.IntegrationTests.Fixtures;

/// <summary>Asks addresses for their health.</summary>
internal static class HttpProbe
{
    private static readonly HttpClient Client = new() { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>Whether it answers 200; whoever does not answer is not well.</summary>
    public static async Task<bool> IsOkAsync(Uri address)
    {
        try
        {
            using var response = await Client.GetAsync(address);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
