package org.seqlm.neural.torch.modules;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.lm.SamplingRules;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.neural.ScheduledSampling;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.network.Alignment;
import org.seqlm.neural.network.Decoding;
import org.seqlm.neural.network.SequenceToSequence;
import org.seqlm.neural.network.StepInput;

/**
 * Sequence to sequence, and one to many: of a batch it reads {@code source} with its lengths, or
 * {@code condition}, (B) of classes or (B, F), and {@code target} (B, T) with its lengths, without
 * the token 0 that begins and ends each. The decoder reads 0, t1 … tn and is to predict t1 … tn, 0:
 * n + 1 targets. To draw it also reads {@code numbers} (B), each example's number; without it its
 * place.
 *
 * <p>With scheduled sampling (Bengio et al. 2015, figure 1) a pass without gradients and dropout
 * decides what the decoder reads, step by step, and an ordinary pass over that trains towards the
 * targets. Its random numbers are a function of (seed, worker, step, place in the batch).
 */
final class SequenceToSequenceModule implements ModuleNetwork {
  private static final int ENCODER_MASK = 1;
  private static final int DECODER_MASK = 1001; // behind one of every layer

  /** Where nobody says how long targets are at most. */
  private static final int LONGEST = 256;

  private final SequenceToSequence network;

  SequenceToSequenceModule(SequenceToSequence network) {
    this.network = network;
  }

  /**
   * What a decoder has of a batch's sources.
   *
   * @param states that it begins with, of each layer, (B, H)
   * @param aligner of who looks at the source's steps; else null
   */
  record Source(List<List<Tensor>> states, Aligner aligner) {}

  /** A batch's targets, (B, T + 1) each: what is read before each step, and what comes. */
  private record Targets(long[] inputs, long[] outputs, Padding padding) {}

  @Override
  public Loss loss(Pass pass, Batch batch) {
    return loss(pass, batch, source(pass, batch));
  }

  private Loss loss(Pass pass, Batch batch, Source source) {
    Targets targets = targets(pass, batch);
    long[] inputs = inputs(pass, batch, targets);
    Padding padding = targets.padding();
    long[] shape = {padding.batch(), padding.time()};
    Tensor h =
        decoder(
                pass,
                read(pass, pass.device().of(inputs, shape)),
                padding,
                source.states(),
                Recurrence.Wanted.OUTPUTS)
            .outputs()
            .transpose(0, 1);
    Tensor rows = padding.rows(h);
    if (source.aligner() != null) {
      Aligner aligner = source.aligner();
      Tensor contexts = aligner.contexts(aligner.weights(pass, h));
      rows = Aligner.combined(pass, padding.rows(contexts), rows);
    }
    Tensor outputs = pass.device().of(targets.outputs(), shape).unsqueeze(2);
    return Loss.crossEntropy(pass, pass.linear("out", rows), padding.rows(outputs).select(1, 0));
  }

  @Override
  public long targets(Batch batch) {
    return Arrays.stream(batch.lengths("target")).asLongStream().sum() + batch.size();
  }

  @Override
  public boolean hasTargets(Batch batch) {
    return batch.has("target");
  }

  @Override
  public Predictions predict(Pass pass, Batch batch) {
    return written(pass, batch, source(pass, batch));
  }

  /** The encoder reads a batch once; targets are scored and written by ways of their own. */
  @Override
  public Scored score(Pass pass, Batch batch) {
    Source source = source(pass, batch);
    return new Scored(loss(pass, batch, source), written(pass, batch, source));
  }

  private Predictions written(Pass pass, Batch batch, Source source) {
    Decoding decoding = pass.decoding() == null ? Decoding.greedy(LONGEST) : pass.decoding();
    boolean shows = decoding.shown() == Decoding.Shown.ALIGNMENT && source.aligner() != null;
    int rows = Math.multiplyExact(batch.size(), decoding.beam());
    DecoderSteps steps = new DecoderSteps(this, pass, source, rows, decoding.shown());
    int[] numbers =
        batch.has("numbers")
            ? batch.ints("numbers").values()
            : IntStream.range(0, batch.size()).toArray();
    return new TargetWriter(steps, decoding, Arrays.copyOf(numbers, batch.size()))
        .write(shows ? source.aligner().steps() : 0);
  }

  /**
   * What the decoder reads.
   *
   * @param tokens (B, T)
   * @return (T, B, m), where it reads nothing (T, B, 0)
   */
  Tensor read(Pass pass, Tensor tokens) {
    return network.feeding() == SequenceToSequence.Feeding.NOTHING
        ? pass.device().zeros(pass.type(), tokens.size(1), tokens.size(0), 0)
        : torch.embedding(pass.weight("target.embedding.weight"), tokens.t());
  }

  /** Runs the decoder's layers. */
  Recurrence.Run decoder(
      Pass pass, Tensor x, Padding padding, List<List<Tensor>> before, Recurrence.Wanted wanted) {
    return new Recurrence(network.decoder(), "decoder.", DECODER_MASK)
        .run(pass, x, padding, before, wanted);
  }

  private Source source(Pass pass, Batch batch) {
    if (network.encoder() == null) {
      Tensor vector = condition(pass, batch);
      return new Source(bridged(pass, List.of(List.of(vector))), null);
    }
    StepInput input = network.source();
    Padding padding = Reader.padding(pass, input, batch, "source");
    Tensor x = Reader.vectors(pass, input, "source.", batch, "source");
    Recurrence.Run run =
        new Recurrence(network.encoder(), "encoder.", ENCODER_MASK)
            .run(pass, x.transpose(0, 1), padding, Recurrence.Wanted.STATES);
    Aligner aligner =
        network.alignment() == Alignment.NONE
            ? null
            : Aligner.of(pass, network.alignment(), run.outputs().transpose(0, 1), padding);
    return new Source(network.bridged() ? bridged(pass, run.states()) : run.states(), aligner);
  }

  /** (B, m), or (B, F). */
  private Tensor condition(Pass pass, Batch batch) {
    return network.source().kind() == StepInput.Kind.TOKENS
        ? torch.embedding(
            pass.weight("source.embedding.weight"), pass.ints(batch.ints("condition")))
        : pass.floats(batch.floats("condition"));
  }

  private List<List<Tensor>> bridged(Pass pass, List<List<Tensor>> from) {
    List<List<Tensor>> states = new ArrayList<>();
    for (int k = 0; k < network.decoder().layers(); k++) {
      List<Tensor> below = from.get(Math.min(k, from.size() - 1));
      List<Tensor> layer = new ArrayList<>();
      for (int s = 0; s < network.decoder().cell().states(); s++) {
        Tensor state = below.get(Math.min(s, below.size() - 1));
        layer.add(torch.tanh(pass.linear("bridge." + k + "." + s, state)));
      }
      states.add(layer);
    }
    return states;
  }

  private Targets targets(Pass pass, Batch batch) {
    Batch.Ints target = batch.ints("target");
    int[] lengths = batch.lengths("target");
    int size = batch.size();
    int columns = target.shape()[1];
    int time = Arrays.stream(lengths).limit(size).max().orElse(0) + 1;
    long[] inputs = new long[size * time];
    long[] outputs = new long[size * time];
    int[] steps = new int[size];
    for (int b = 0; b < size; b++) {
      steps[b] = lengths[b] + 1;
      for (int t = 0; t < lengths[b]; t++) {
        int token = target.values()[b * columns + t];
        outputs[b * time + t] = token;
        inputs[b * time + t + 1] = token;
      }
    }
    return new Targets(inputs, outputs, Padding.of(steps, time, pass.device()));
  }

  /** What the decoder reads: the targets' tokens, and with scheduled sampling some of its own. */
  private long[] inputs(Pass pass, Batch batch, Targets targets) {
    if (pass.masks() == null || pass.recipe() == null) {
      return targets.inputs();
    }
    ScheduledSampling sampling = pass.recipe().scheduledSampling();
    double teacher = sampling.teacherForcing(pass.masks().step());
    if (teacher >= 1) {
      return targets.inputs();
    }
    KeyedRandom random =
        KeyedRandom.of(
            pass.masks().seed(), "scheduled sampling", pass.masks().worker(), pass.masks().step());
    int size = batch.size();
    int time = targets.padding().time();
    long[] inputs = targets.inputs().clone();
    try (PointerScope scope = new PointerScope();
        AutoGradMode off = new AutoGradMode(false)) {
      Pass reading = pass.reading();
      DecoderSteps steps =
          new DecoderSteps(this, reading, source(reading, batch), size, Decoding.Shown.TARGETS);
      int[] rows = IntStream.range(0, size).toArray();
      for (int t = 0; t + 1 < time; t++) {
        int[] tokens = new int[size];
        for (int b = 0; b < size; b++) {
          tokens[b] = (int) inputs[b * time + t];
        }
        float[] logs = steps.next(rows, tokens).logs();
        for (int b = 0; b < size; b++) {
          long number = 2L * ((long) t * size + b);
          boolean counts = t + 1 < targets.padding().lengths()[b];
          if (counts && random.uniform(number) >= teacher) {
            int begin = b * network.targets();
            float[] row = Arrays.copyOfRange(logs, begin, begin + network.targets());
            inputs[b * time + t + 1] =
                SamplingRules.PLAIN.draw(row, () -> random.uniform(number + 1));
          }
        }
      }
    }
    return inputs;
  }
}
