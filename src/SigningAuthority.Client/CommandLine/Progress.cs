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

    /// <summary>A bar, for work whose end is known.</summary>
    /// <param name="counting">What is counted.</param>
    /// <param name="work">Says how much is done, of how much.</param>
    public static Task<T> CountAsync<T>(string counting, Func<Action<long, long>, Task<T>> work)
    {
        if (Console.IsErrorRedirected)
            return work((_, _) => { });

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console
            .Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context =>
            {
                var bar = context.AddTask(Markup.Escape(counting));
                return work(
                    (done, all) =>
                    {
                        bar.MaxValue = Math.Max(1, all);
                        bar.Value = done;
                    }
                );
            });
    }
}
