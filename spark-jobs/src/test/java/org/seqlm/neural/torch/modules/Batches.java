package org.seqlm.neural.torch.modules;

import java.util.Random;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.network.StepInput;

/** Random padded batches. What is padded is not zero, so whoever reads it is found out. */
final class Batches {
  private Batches() {}

  /** With {@code input}, {@code label} and {@code tags}. */
  static Batch of(StepInput input, int classes, long seed, int... lengths) {
    int time = 0;
    for (int length : lengths) {
      time = Math.max(time, length);
    }
    return of(input, classes, seed, time, lengths);
  }

  /** Padded to a length; an example is the same at its place whatever the padding. */
  static Batch of(StepInput input, int classes, long seed, int time, int[] lengths) {
    Batch batch = new Batch(lengths.length).putLengths("input", lengths);
    int width = input.kind() == StepInput.Kind.TOKENS ? 1 : input.size();
    int[] ids = new int[lengths.length * time];
    int[] tags = new int[lengths.length * time];
    int[] labels = new int[lengths.length];
    float[] values = new float[lengths.length * time * width];
    for (int b = 0; b < lengths.length; b++) {
      Random random = new Random(seed + 31L * b);
      labels[b] = random.nextInt(classes);
      for (int t = 0; t < time; t++) {
        ids[b * time + t] = random.nextInt(input.size());
        tags[b * time + t] = random.nextInt(classes);
        for (int i = 0; i < width; i++) {
          values[(b * time + t) * width + i] = (float) random.nextGaussian();
        }
      }
    }
    if (input.kind() == StepInput.Kind.TOKENS) {
      batch.put("input", new Batch.Ints(ids, lengths.length, time));
    } else {
      batch.put("input", new Batch.Floats(values, lengths.length, time, width));
    }
    return batch
        .put("tags", new Batch.Ints(tags, lengths.length, time))
        .putLengths("tags", lengths)
        .put("label", new Batch.Ints(labels, lengths.length));
  }

  /** The example at a place alone, without padding. */
  static Batch alone(Batch all, int place, int length) {
    Batch one = new Batch(1).putLengths("input", new int[] {length});
    Batch.Ints tags = all.ints("tags");
    int time = tags.shape()[1];
    one.put("tags", new Batch.Ints(part(tags.values(), place * time, length), 1, length));
    one.put("label", new Batch.Ints(part(all.ints("label").values(), place, 1), 1));
    try {
      Batch.Floats values = all.floats("input");
      int width = values.shape()[2];
      float[] from =
          java.util.Arrays.copyOfRange(
              values.values(), place * time * width, (place * time + length) * width);
      return one.put("input", new Batch.Floats(from, 1, length, width));
    } catch (IllegalArgumentException ofTokens) {
      int[] ids = part(all.ints("input").values(), place * time, length);
      return one.put("input", new Batch.Ints(ids, 1, length));
    }
  }

  private static int[] part(int[] values, int from, int length) {
    return java.util.Arrays.copyOfRange(values, from, from + length);
  }
}
