using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.RevocationLists;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.RevocationLists;

public sealed class RevocationListScheduleTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private static readonly RevocationListSettings Settings = new(
        ShardSize: 100,
        RefreshHours: 24,
        OverlapDays: 7,
        MostEntriesAtOnce: 1000,
        CompleteEveryMinutes: 60,
        KeepLists: 3
    );

    [Fact]
    public void The_first_list_is_due_at_once_and_its_delta_after_it()
    {
        Assert.Equal(new DueRevocationLists(Complete: true, Delta: false), Find(null, null));
        Assert.Equal(new DueRevocationLists(Complete: false, Delta: true), Find(List(), null));
        Assert.True(Find(List(), List()).IsNone);
    }

    [Theory]
    [InlineData(10, 0, 60, true)]
    [InlineData(1000, 0, 60, true)]
    [InlineData(1001, 0, 0, false)]
    [InlineData(1001, 24, 15, false)]
    [InlineData(1001, 25, 15, true)]
    [InlineData(1001, 25, 16, false)]
    [InlineData(1001, 3599, 16, false)]
    [InlineData(1001, 3600, 16, true)]
    public void A_change_makes_a_short_list_at_once_a_long_one_soon_unless_that_takes_long_and_a_delta_always(
        long entries,
        int seconds,
        int took,
        bool complete
    )
    {
        var changed = List(entries, TimeSpan.FromSeconds(seconds), hasChanged: true, TimeSpan.FromSeconds(took));

        Assert.Equal(new DueRevocationLists(complete, Delta: true), Find(changed, changed));
    }

    [Fact]
    public void A_long_list_is_made_within_a_minute_of_a_change_though_making_it_takes_as_long_as_it_may()
    {
        // The change that came just after the one before began: that one is finished, there is a pause, and it is made.
        var atLatest = RevocationListSchedule.MostForSoon + RevocationListPace.Sustained + RevocationListSchedule.MostForSoon;
        var byAge = RevocationListSchedule.Soon + RevocationListSchedule.MostForSoon;
        Assert.InRange(atLatest, TimeSpan.Zero, TimeSpan.FromSeconds(50));
        Assert.InRange(byAge, TimeSpan.Zero, TimeSpan.FromSeconds(50));
    }

    [Fact]
    public void Some_lists_in_a_row_follow_each_other_soon_and_many_each_fifteen_seconds()
    {
        var pace = new RevocationListPace();
        var (now, made) = (TimeSpan.FromHours(1), 0);
        for (; made < RevocationListPace.InARow; made++)
        {
            Assert.Equal(RevocationListPace.Least, pace.After(now));
            now += RevocationListPace.Least;
        }

        for (; made < 2 * RevocationListPace.InARow; made++)
            now += pace.After(now);
        Assert.Equal(RevocationListPace.Sustained, pace.After(now));

        Assert.Equal(RevocationListPace.Least, pace.After(now + TimeSpan.FromHours(1)));
    }

    [Fact]
    public void Nothing_is_made_twice_of_one_change()
    {
        // The delta has told it; the complete list waits for its time.
        Assert.True(Find(List(5000, TimeSpan.FromMinutes(5), hasChanged: true, TimeSpan.FromMinutes(1)), List()).IsNone);
    }

    [Fact]
    public void What_is_old_is_made_anew_and_so_is_what_somebody_asks_for()
    {
        var both = new DueRevocationLists(Complete: true, Delta: true);
        Assert.Equal(both, Find(List(age: TimeSpan.FromHours(24)), List()));
        Assert.Equal(both, RevocationListSchedule.Find(List(), List(), isAsked: true, Settings, Now));
        Assert.True(Find(List(age: TimeSpan.FromHours(23)), List()).IsNone);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(89)]
    [InlineData(90, 1)]
    [InlineData(100, 1)]
    [InlineData(101, 1)]
    [InlineData(189, 1)]
    [InlineData(190, 1, 2)]
    [InlineData(201, 2)]
    [InlineData(100_000_000, 999_999, 1_000_000)]
    public void A_parts_list_is_opened_before_its_first_certificate(long issued, params int[] shards) =>
        Assert.Equal(shards, RevocationListSchedule.ShardsToOpen(issued, Settings));

    private static DueRevocationLists Find(NewestRevocationList? complete, NewestRevocationList? delta) =>
        RevocationListSchedule.Find(complete, delta, isAsked: false, Settings, Now);

    private static NewestRevocationList List(long entries = 10, TimeSpan age = default, bool hasChanged = false, TimeSpan took = default) =>
        new(7, Now - age, entries, hasChanged, took);
}
