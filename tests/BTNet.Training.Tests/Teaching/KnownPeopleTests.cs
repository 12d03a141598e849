using BTNet.TestSupport;
using BTNet.Training.Teaching;
using BTNet.Training.Tests.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Teaching;

public sealed class KnownPeopleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_person_is_the_mean_direction_of_what_the_teacher_made_of_the_first_views_that_it_saw()
    {
        using var scope = NewDisposeScope();
        using var views = TaughtViews.Open(new TaughtViewsOptions(_folder.File("views"), "recogniser", Items: 8, Views: 2, EmbeddingNumbers: 2, MapNumbers: 3));
        // Three pictures to a person; of the second one alone could be read, of the third none.
        views.Write(0, 0, [5, 0], new Half[3]);
        views.Write(1, 0, [0, 2], new Half[3]);
        views.Write(2, 1, [-9, -9], new Half[3]);
        views.Write(4, 0, [-3, 4], new Half[3]);

        using var people = KnownPeople.Of(views, new MemorySource(8), 2, CPU);

        var half = MathF.Sqrt(0.5f);
        Assert.Equal([3, 2], people.Means.shape);
        Assert.Equal([half, half, -0.6f, 0.8f, 0, 0], people.Means.data<float>().ToArray(), (x, y) => Math.Abs(x - y) < 1e-6);
        Assert.Equal([2L, 0, 1], people.Of([7, 1, 5]).data<long>().ToArray());
    }

    public void Dispose() => _folder.Dispose();
}
