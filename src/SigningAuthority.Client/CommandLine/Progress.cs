using Spectre.Console;

namespace SigningAuthority.Client.CommandLine;

/// <summary>Progress for a person, on stderr and only when that is a terminal; scripts see results alone.</summary>
internal static class Progress
{
    public static Task<T> ShowAsync<T>(string waitingFor, Func<Action<string>, Task<T>> work)
    {
        if (Console.IsErrorRedirected)
            return work(_ => { });

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Status().StartAsync(Markup.Escape(waitingFor), status => work(text => status.Status(Markup.Escape(text))));
    }
}
