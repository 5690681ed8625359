using Npgsql;
using Quartz;

namespace SigningAuthority.Signer.Schedules;

/// <summary>
/// What is done by the clock, once for all Signers of a database: Quartz in the same Postgres, clustered, its tables
/// provisioned by itself in schema quartz.
/// </summary>
internal static class ScheduledWork
{
    /// <summary>
    /// Shorter than the command timeout of Npgsql (30 s), with which another Signer's Quartz waits for the same lock: a Signer
    /// that stands still within a transaction of Quartz must not keep the others from starting.
    /// </summary>
    private static readonly TimeSpan LongestIdleTransaction = TimeSpan.FromSeconds(5);

    /// <summary>Quartz's name for it, the same in all Signers of a database.</summary>
    public const string Name = "signing-authority";

    /// <summary>What <see cref="RunSchedules"/> needs. Nothing is begun before it says so.</summary>
    public static void Add(IHostApplicationBuilder builder)
    {
        builder.AddQuartz();
        builder.Services.AddHostedService<RunSchedules>();
    }

    /// <summary>The store, the jobs and their times.</summary>
    /// <param name="quartz">Of the scheduler that is being built.</param>
    /// <param name="connectionString">The Signer's.</param>
    public static void Configure(IQuartzBuilder quartz, string connectionString)
    {
        quartz.UsePersistentStore(store =>
        {
            store.UsePostgres(QuartzConnection(connectionString));
            store.ConfigureStore(options => options.TablePrefix = "quartz.qrtz_");
            store.UseClustering();
            store.ProvisionSchema();
        });
        quartz.ScheduleJob<SweepSpentRequests>(trigger =>
            trigger.WithIdentity("sweep-spent-requests").WithSimpleSchedule(TimeSpan.FromSeconds(15))
        );
        quartz.ScheduleJob<SweepLimits>(trigger => trigger.WithIdentity("sweep-limits").WithSimpleSchedule(TimeSpan.FromHours(1)));
        quartz.ScheduleJob<PlanNotices>(trigger => trigger.WithIdentity("plan-notices").WithSimpleSchedule(TimeSpan.FromMinutes(10)));
        quartz.ScheduleJob<WatchNames>(trigger => trigger.WithIdentity("watch-names").WithSimpleSchedule(TimeSpan.FromSeconds(15)));
        quartz.ScheduleJob<RefuseExpiredRequests>(trigger =>
            trigger.WithIdentity("refuse-expired-requests").WithSimpleSchedule(TimeSpan.FromSeconds(15))
        );
        quartz.ScheduleJob<EraseOldKeys>(trigger => trigger.WithIdentity("erase-old-keys").WithSimpleSchedule(TimeSpan.FromSeconds(15)));
        quartz.ScheduleJob<ExpireReservations>(trigger =>
            trigger.WithIdentity("expire-reservations").WithSimpleSchedule(TimeSpan.FromSeconds(15))
        );
        quartz.ScheduleJob<ReconcileRecent>(trigger =>
            trigger.WithIdentity("reconcile-recent").WithSimpleSchedule(TimeSpan.FromMinutes(10))
        );
        quartz.ScheduleJob<VerifyLog>(trigger => trigger.WithIdentity("verify-log").WithCronSchedule("0 17 3 * * ?"));
    }

    /// <summary>The connection string of the Signer with what Quartz's transactions may do.</summary>
    internal static string QuartzConnection(string connectionString)
    {
        var quartz = new NpgsqlConnectionStringBuilder(connectionString);
        quartz.Options = $"{quartz.Options} -c idle_in_transaction_session_timeout={LongestIdleTransaction.TotalMilliseconds}".Trim();
        return quartz.ConnectionString;
    }
}
