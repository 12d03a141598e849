using BTNet.Faces;

namespace BTNet.Training.Data;

/// <summary>
/// A set of faces to train on: items numbered from 0, each a picture of one identity. The numbering depends on the
/// names in the set alone, never on the order in which the file system lists them, so that a run can be repeated.
/// </summary>
public interface IFaceSource
{
    /// <summary>What this is, for people: where it lies and how much is in it.</summary>
    string Description { get; }

    /// <summary>How many pictures.</summary>
    int Count { get; }

    /// <summary>How many identities, which is the number of classes of a classifier over them.</summary>
    int Identities { get; }

    /// <summary>Whose picture an item is: 0 to <see cref="Identities"/> - 1.</summary>
    /// <param name="index">The item, 0 to <see cref="Count"/> - 1.</param>
    int LabelOf(int index);

    /// <summary>The file or the record of an item, so that a person finds it.</summary>
    /// <param name="index">The item, 0 to <see cref="Count"/> - 1.</param>
    string NameOf(int index);

    /// <summary>What the set itself calls an identity.</summary>
    /// <param name="label">The identity, 0 to <see cref="Identities"/> - 1.</param>
    string IdentityName(int label);

    /// <summary>Text that is another one when the picture has changed: for a file its name, length and time. By default the
    /// name alone, for pictures that never change.</summary>
    /// <param name="index">The item, 0 to <see cref="Count"/> - 1.</param>
    string VersionOf(int index) => NameOf(index);

    /// <summary>Reads and decodes a picture at its own size. Safe for use from several threads.</summary>
    /// <param name="index">The item, 0 to <see cref="Count"/> - 1.</param>
    /// <exception cref="InputException">The file or record is broken, or no picture; the message names it.</exception>
    FaceImage Load(int index);
}
