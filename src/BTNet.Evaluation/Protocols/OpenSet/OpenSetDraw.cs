using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace BTNet.Evaluation.Protocols.OpenSet;

/// <summary>
/// Draws who is enrolled in a trial: those people, of all who have at least two whole images (one more than are enrolled), and of each that image (or those), whose SHA-256 is the least. Hashed is the UTF-8 text of seed, number of the trial from
/// 1, <c>person</c>, <c>face</c> or <c>resolution</c>, and the name, with a blank between each (<c>0 1 person Ann</c>, <c>0 1 face Ann/1.png</c>); compared are the first 8 bytes as a number, the first the highest. So a draw
/// is the same on every machine and in every version, whatever the order of the lists.
/// </summary>
internal sealed class OpenSetDraw
{
    private readonly OpenSetPool _pool;
    private readonly OpenSetFace[] _whole;
    private readonly int[] _several;
    private readonly int _faces;

    /// <param name="pool">Whom to draw from.</param>
    /// <param name="broken">Of each image, whether it is.</param>
    /// <param name="enrolled">How many people are to be enrolled; null for as many as the pool says, or, where images are missing or broken, as are left of these.</param>
    /// <param name="faces">With how many faces each is enrolled. Of several, all who have more are enrolled where <paramref name="enrolled"/> is null, if they are no more than the pool says.</param>
    /// <exception cref="InputException">Fewer people have so many images and one more, or nobody would be left as a stranger.</exception>
    public OpenSetDraw(OpenSetPool pool, bool[] broken, int? enrolled, int faces = 1)
    {
        (_pool, _faces) = (pool, faces);
        _whole = [.. pool.Faces.Where(face => !broken[face.Image])];
        var people = _whole.CountBy(face => face.Person).ToList();
        (People, _several) = (people.Count, [.. people.Where(entry => entry.Value > faces).Select(entry => entry.Key)]);
        SkippedFaces = pool.SkippedFaces + pool.Faces.Count - _whole.Length;
        var wanted = enrolled ?? (faces > 1 ? Math.Clamp(pool.Enrolled, 1, Math.Max(1, _several.Length)) : pool.Enrolled);
        var several = faces == 1 ? "two images" : string.Create(CultureInfo.InvariantCulture, $"{faces + 1} images");
        // A face that is left out takes one person at most from those who have two.
        Enrolled = enrolled is null && wanted - _several.Length <= SkippedFaces ? Math.Min(wanted, _several.Length) : wanted;
        if (Enrolled > _several.Length || Enrolled == 0)
        {
            throw new InputException(string.Create(CultureInfo.InvariantCulture,
                $"{pool.Name}: {_several.Length} of {People} people have {several} or more, and {wanted} are to be enrolled with {(faces == 1 ? "one" : faces)} and searched for with the others. Enrol fewer (--enrol), or add images"));
        }

        if (Enrolled == People)
            throw new InputException(string.Create(CultureInfo.InvariantCulture, $"{pool.Name}: all {People} people would be enrolled, and nobody is left as a stranger. Enrol fewer (--enrol), or add people"));
        List<string> notices = [.. pool.Notices];
        if (Enrolled < wanted) notices.Add(string.Create(CultureInfo.InvariantCulture, $"{Enrolled} people are enrolled and not {wanted}, as images are missing or broken."));
        if (Enrolled == _several.Length)
            notices.Add(string.Create(CultureInfo.InvariantCulture, $"All {Enrolled} people who have {several} are enrolled in each trial: trials differ in the faces that are enrolled, and not in the people. Enrol fewer (--enrol) to draw people as well."));
        Notices = notices;
    }

    /// <summary>People who have a whole image.</summary>
    public int People { get; }

    /// <summary>Whole images.</summary>
    public int Faces => _whole.Length;

    /// <summary>Faces that were left out, because an image is missing or broken.</summary>
    public int SkippedFaces { get; }

    /// <summary>People who are enrolled in each trial.</summary>
    public int Enrolled { get; }

    /// <summary>What the user should be told, a sentence each.</summary>
    public IReadOnlyList<string> Notices { get; }

    /// <summary>Draws for a trial; each of the pool's whole faces has one role.</summary>
    /// <param name="seed">What the draws come from.</param>
    /// <param name="trial">Its number, from 1.</param>
    public OpenSetRoles Trial(ulong seed, int trial)
    {
        var enrolled = _several.OrderBy(person => Rank(seed, trial, "person", _pool.People[person])).Take(Enrolled).ToHashSet();
        var theirs = _whole.ToLookup(face => enrolled.Contains(face.Person));
        OpenSetFace[] gallery = [.. theirs[true].GroupBy(face => face.Person).SelectMany(faces => faces.OrderBy(face => Rank(seed, trial, "face", _pool.Images[face.Image].Name)).Take(_faces))];
        return new OpenSetRoles(gallery, [.. theirs[true].Except(gallery)], [.. theirs[false]]);
    }

    /// <summary>A number for a person in a trial, which says at which of some resolutions the first of the person's faces is seen.</summary>
    public static ulong Turn(ulong seed, int trial, string person) => Rank(seed, trial, "resolution", person);

    private static ulong Rank(ulong seed, int trial, string what, string name) =>
        BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seed} {trial} {what} {name}"))));
}
