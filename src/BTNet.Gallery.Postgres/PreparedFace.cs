using BTNet.Gallery.Search;
using Pgvector;

namespace BTNet.Gallery.Postgres;

/// <summary>A face as it is written: whose it is, and its numbers.</summary>
internal sealed record PreparedFace(long Subject, string Id, EnrolledFace Face, byte[] Bytes, HalfVector Code)
{
    public static PreparedFace Of(long subject, string id, EnrolledFace face) => new(subject, id, face, StoredEmbedding.Bytes(face.Embedding.Span), HalfCode.Of(HalfCode.Unit(face.Embedding.Span)));
}
