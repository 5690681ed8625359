namespace SigningAuthority.IssuanceLog.Tiles;

/// <summary>The root of a perfect subtree that a tile holds (C2SP tlog-tiles, "Merkle Tree").</summary>
/// <param name="TileLevel">Of the tile: the subtree spans 256 to the power of this many leaves. 0 is a leaf.</param>
/// <param name="Index">Within the level, from 0: tile <c>Index / 256</c>, place <c>Index % 256</c>.</param>
/// <param name="Hash">32 octets.</param>
public readonly record struct TreeNode(int TileLevel, long Index, byte[] Hash);
