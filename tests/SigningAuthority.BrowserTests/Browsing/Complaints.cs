using Microsoft.Playwright;

namespace SigningAuthority.BrowserTests.Browsing;

/// <summary>What the browser finds wrong with a page: console warnings and errors (violations of its content security policy are among them), scripts that fail, requests that fail.</summary>
internal sealed class Complaints
{
    private readonly List<string> _all = [];

    public Complaints(IPage page)
    {
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                Add($"console {message.Type}: {message.Text}");
        };
        page.PageError += (_, error) => Add("script: " + error);
        page.RequestFailed += (_, request) => Add($"request: {request.Url} {request.Failure}");
    }

    public IReadOnlyList<string> All
    {
        get
        {
            lock (_all)
                return [.. _all];
        }
    }

    private void Add(string complaint)
    {
        lock (_all)
            _all.Add(complaint);
    }
}
