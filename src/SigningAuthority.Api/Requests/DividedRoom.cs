namespace SigningAuthority.Api.Requests;

/// <summary>A <see cref="WaitingRoom"/> of which nobody can have more than a share. Thread-safe.</summary>
internal sealed class DividedRoom(int places, int share) : IDisposable
{
    private readonly WaitingRoom _room = new(places);
    private readonly Dictionary<string, int> _taken = [];

    /// <param name="who">Whose share it comes from.</param>
    /// <param name="hasShare">False when the share is used up, whether or not the room is full.</param>
    /// <returns>A place, free again once disposed; null when there is none.</returns>
    public IDisposable? TryEnter(string who, out bool hasShare)
    {
        lock (_taken)
        {
            var taken = _taken.GetValueOrDefault(who);
            hasShare = taken < share;
            if (!hasShare || _room.TryEnter() is not { } place)
                return null;
            _taken[who] = taken + 1;
            return new Place(this, who, place);
        }
    }

    public void Dispose() => _room.Dispose();

    private void Leave(string who)
    {
        lock (_taken)
        {
            if (--_taken[who] == 0)
                _taken.Remove(who);
        }
    }

    private sealed class Place(DividedRoom room, string who, IDisposable place) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) != 0)
                return;
            room.Leave(who);
            place.Dispose();
        }
    }
}
