using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.OpenSet;
using FsCheck.Xunit;

namespace BTNet.Evaluation.Tests.Protocols.OpenSet;

public sealed class OpenSetDrawTests
{
    [Fact]
    public void Who_is_drawn_is_what_the_hashes_say()
    {
        // By sha256sum, of `0 1 person A` to D: fd, 7c, a1, b7; of `0 1 face B/1` and B/2: f2, af; of C/1 and C/2: f8, 3c.
        var pool = Pool(2, [2, 2, 2, 2]);

        var roles = new OpenSetDraw(pool, new bool[8], null).Trial(0, 1);

        Assert.Equal(["B/2", "C/2"], Names(pool, roles.Gallery));
    }

    [Property(MaxTest = 100)]
    public void Each_whole_image_has_one_role_and_nobody_enrolled_is_a_stranger(int seed)
    {
        var random = new Random(seed);
        var images = Enumerable.Range(0, random.Next(2, 30)).Select(_ => random.Next(1, 5)).Append(2).ToArray();
        var broken = Enumerable.Range(0, images.Sum()).Select(_ => random.Next(6) == 0).ToArray();
        var pool = Pool(1, images);
        var whole = pool.Faces.Where(face => !broken[face.Image]).ToList();
        var several = whole.CountBy(face => face.Person).Count(entry => entry.Value > 1);
        if (several == 0) return;
        var enrolled = Math.Min(random.Next(1, several + 1), whole.Select(face => face.Person).Distinct().Count() - 1);
        if (enrolled == 0) return;

        var draw = new OpenSetDraw(pool, broken, enrolled);
        for (var trial = 1; trial <= 3; trial++)
        {
            var roles = draw.Trial((ulong)seed, trial);

            var known = roles.Gallery.Select(face => face.Person).ToList();
            Assert.Equal(enrolled, known.Distinct().Count());
            Assert.Equal(enrolled, known.Count);
            Assert.Equal(whole.OrderBy(face => face.Image), roles.Gallery.Concat(roles.Mated).Concat(roles.Unmated).OrderBy(face => face.Image));
            Assert.Equal(known.Order(), roles.Mated.Select(face => face.Person).Distinct().Order()); // each is searched for
            Assert.Empty(roles.Unmated.Select(face => face.Person).Intersect(known));
            Assert.NotEmpty(roles.Unmated);
        }
    }

    [Property(MaxTest = 50)]
    public void The_same_seed_draws_the_same_whatever_the_order_of_the_lists(ulong seed, int order)
    {
        var pool = Pool(10, [.. Enumerable.Repeat(3, 40)]);
        OpenSetFace[] shuffled = [.. pool.Faces];
        new Random(order).Shuffle(shuffled);
        var other = new OpenSetPool(pool.Name, pool.Images, pool.People, shuffled, 10);

        string[] Drawn(OpenSetPool from, ulong by, int trial) => [.. Names(from, new OpenSetDraw(from, new bool[120], null).Trial(by, trial).Gallery).Order(StringComparer.Ordinal)];
        Assert.Equal(Drawn(pool, seed, 1), Drawn(other, seed, 1));
        Assert.NotEqual(Drawn(pool, seed, 1), Drawn(pool, seed, 2));
        Assert.NotEqual(Drawn(pool, seed, 1), Drawn(pool, seed + 1, 1));
    }

    [Fact]
    public void Everybody_is_drawn_as_often_as_anybody()
    {
        // 40 people, 10 of them a trial, 3 images each: 500 of 2,000 trials, and a third of these each image, within five deviations.
        var pool = Pool(10, [.. Enumerable.Repeat(3, 40)]);
        var draw = new OpenSetDraw(pool, new bool[120], null);
        var gallery = Enumerable.Range(1, 2000).SelectMany(trial => draw.Trial(7, trial).Gallery).ToList();

        Assert.All(gallery.CountBy(face => face.Person), entry => Assert.InRange(entry.Value, 500 - 97, 500 + 97));
        Assert.All(gallery.CountBy(face => face.Image), entry => Assert.InRange(entry.Value, 167 - 62, 167 + 62));
        Assert.Equal((40, 120), (gallery.DistinctBy(face => face.Person).Count(), gallery.DistinctBy(face => face.Image).Count()));
    }

    [Fact]
    public void Too_few_people_with_two_images_and_nobody_left_as_a_stranger_are_told_with_their_numbers()
    {
        string Said(OpenSetPool pool, int? enrolled = null, params int[] broken) =>
            Assert.Throws<InputException>(() => new OpenSetDraw(pool, [.. Enumerable.Range(0, pool.Images.Count).Select(broken.Contains)], enrolled)).Message;

        Assert.Contains("2 of 4 people have two images or more, and 3 are to be enrolled", Said(Pool(3, [2, 2, 1, 1])), StringComparison.Ordinal);
        Assert.Contains("2 of 4 people have two images or more, and 3 are to be enrolled", Said(Pool(1, [2, 2, 1, 1]), 3), StringComparison.Ordinal);
        Assert.Contains("1 of 4 people have two images or more, and 2 are to be enrolled", Said(Pool(1, [2, 2, 1, 1]), 2, broken: 0), StringComparison.Ordinal);
        Assert.Contains("0 of 2 people have two images or more, and 1 are to be enrolled", Said(Pool(1, [2, 1]), null, broken: 0), StringComparison.Ordinal);
        Assert.Contains("all 2 people would be enrolled, and nobody is left as a stranger", Said(Pool(2, [2, 2])), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_else_is_asked_for_broken_images_lessen_the_people_that_are_enrolled()
    {
        var draw = new OpenSetDraw(Pool(2, [2, 2, 1, 1]), [true, .. new bool[5]], null);

        Assert.Equal((1, 4, 5, 1), (draw.Enrolled, draw.People, draw.Faces, draw.SkippedFaces));
        Assert.Contains("1 people are enrolled and not 2, as images are missing or broken.", draw.Notices);
        Assert.Contains(draw.Notices, note => note.StartsWith("All 1 people who have two images are enrolled in each trial", StringComparison.Ordinal));
        Assert.Empty(new OpenSetDraw(Pool(1, [2, 2, 1, 1]), new bool[6], null).Notices);
    }

    private static IEnumerable<string> Names(OpenSetPool pool, IEnumerable<OpenSetFace> faces) => faces.Select(face => pool.Images[face.Image].Name);

    /// <summary>People A, B, ... with so many images each, A/1, A/2, ...</summary>
    private static OpenSetPool Pool(int enrolled, int[] images)
    {
        string[] people = [.. images.Select((_, person) => person < 26 ? $"{(char)('A' + person)}" : $"P{person}")];
        List<(int Person, string Name)> faces = [.. images.SelectMany((count, person) => Enumerable.Range(1, count).Select(image => (person, $"{people[person]}/{image}")))];
        return new OpenSetPool(
            "people", [.. faces.Select(face => new ListedImage(face.Name, () => throw new InputException("is not looked at")))], people, [.. faces.Select((face, image) => new OpenSetFace(image, face.Person))], enrolled);
    }
}
