using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.OpenSet;
using BTNet.Evaluation.Tests.Protocols.Pairs;
using BTNet.Faces;

namespace BTNet.Evaluation.Tests.Protocols.OpenSet;

/// <summary>Rendered patterns as an open set: some people are enrolled with a picture each and searched for with others, the rest are strangers.</summary>
internal static class RenderedPeople
{
    public static OpenSetLists Lists(int enrolled = 12, int probes = 2, int strangers = 20, double noise = 250, double spread = .055, Func<int, FaceImage>? load = null)
    {
        List<ListedImage> images = [];
        OpenSetFace Face(int person, int picture)
        {
            var index = images.Count;
            images.Add(new ListedImage($"face {index}", () => load is null ? RenderedPairs.Render(person, picture, noise: noise, spread: spread) : load(index)));
            return new OpenSetFace(index, person);
        }

        OpenSetFace[] gallery = [.. Enumerable.Range(0, enrolled).Select(person => Face(person, 0))];
        OpenSetFace[] mated = [.. from person in Enumerable.Range(0, enrolled) from picture in Enumerable.Range(1, probes) select Face(person, picture)];
        OpenSetFace[] unmated = [.. Enumerable.Range(enrolled, strangers).Select(person => Face(person, 0))];
        return new OpenSetLists("rendered patterns", images, [.. Enumerable.Range(0, enrolled + strangers).Select(person => $"person {person}")], gallery, mated, unmated);
    }
}
