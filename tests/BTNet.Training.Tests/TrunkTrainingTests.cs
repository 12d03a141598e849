using static BTNet.Training.Tests.SmallTraining;

namespace BTNet.Training.Tests;

[Collection(nameof(TorchRandomness))]
public sealed class TrunkTrainingTests
{
    [Fact]
    public void A_set_of_one_person_is_refused_since_there_is_nobody_to_tell_from()
    {
        using var training = new SmallTraining(people: 1);

        Assert.Contains("one identity", Assert.Throws<InputException>(() => training.TrainTrunk(
            Trunk with { Optimization = Trunk.Optimization with { Batch = 4 } }, training.Model())).Message);
    }

    [Fact]
    public void A_batch_larger_than_the_set_is_refused()
    {
        using var training = new SmallTraining();

        Assert.Contains("needs as many images", Assert.Throws<InputException>(() => training.TrainTrunk(
            Trunk with { Optimization = Trunk.Optimization with { Batch = 25 } }, training.Model())).Message);
    }
}
