package org.seqlm.neural.network;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.seqlm.Problems;
import org.seqlm.neural.Operations;

/**
 * What an example costs in a network that is trained on examples, from the input to the output,
 * counted as {@link Operations} says: what is computed once for all steps counts once, and what is
 * left out where a neighbour is missing does not count. Parameters are those of the network's
 * layout, each in one row.
 */
public final class ExampleCost {
  private final ParameterLayout layout;
  private final Vectors vectors;
  private final List<Row> rows = new ArrayList<>();

  private ExampleCost(ParameterLayout layout, Vectors vectors) {
    this.layout = layout;
    this.vectors = vectors;
  }

  /**
   * A part of a network.
   *
   * @param name for instance {@code encoder layer 1}
   * @param parameters of its own
   * @param operations an example
   */
  public record Row(String name, long parameters, Operations operations) {}

  /**
   * How long an example is. Grids and frames have their extents instead.
   *
   * @param input steps of its input, its source or its series, 1 or more
   * @param target steps of a decoder, the end among them, 1 or more; not read of other networks
   */
  public record Lengths(int input, int target) {
    public Lengths {
      new Problems()
          .atLeast("an example's steps", input, 1)
          .atLeast("a target's steps", target, 1)
          .throwIfAny();
    }

    /** Input and target of one length. */
    public static Lengths tied(int steps) {
      return new Lengths(steps, steps);
    }
  }

  /** What finding a token's vector costs. */
  public interface Vectors {
    /** Operations for one of {@code width} values, of {@code tokens} of them. */
    Operations of(double width, double tokens);
  }

  /**
   * The rows of a network.
   *
   * @throws IllegalArgumentException of a language model, whose cost is a token's
   */
  public static List<Row> rows(Network network, Lengths lengths, Vectors vectors) {
    ExampleCost cost = new ExampleCost(network.layout(), vectors);
    int steps = lengths.input();
    if (network instanceof Classifier classifier) {
      cost.classifier(classifier, steps);
    } else if (network instanceof Tagger tagger) {
      cost.input("embedding", tagger.input(), "", steps);
      cost.body(tagger.body(), "", "", tagger.input().width(), steps, reads(tagger.input()));
      cost.output(tagger.tags(), tagger.body().outputWidth(), steps);
    } else if (network instanceof SequenceToSequence both) {
      cost.sequences(both, steps, lengths.target());
    } else if (network instanceof Series series) {
      cost.series(series, steps);
    } else if (network instanceof Grid grid) {
      cost.grid(grid);
    } else if (network instanceof Frames frames) {
      cost.frames(frames);
    } else {
      throw new IllegalArgumentException("what a " + network.what() + " costs is a token's");
    }
    return List.copyOf(cost.rows);
  }

  private void row(String name, Predicate<String> tensors, Operations operations) {
    long parameters =
        layout.tensors().stream()
            .filter(tensor -> tensors.test(tensor.name()))
            .mapToLong(ParameterLayout.Tensor::size)
            .sum();
    rows.add(new Row(name, parameters, operations));
  }

  private static Predicate<String> under(String prefix) {
    return name -> name.startsWith(prefix);
  }

  private void input(String name, StepInput input, String prefix, int steps) {
    if (input.kind() == StepInput.Kind.TOKENS) {
      Operations found = vectors.of(input.width(), input.size());
      row(name, under(prefix + "embedding."), found.times(steps));
    }
  }

  private static Operations.Reads reads(StepInput input) {
    return input.kind() == StepInput.Kind.TOKENS ? Operations.Reads.VALUES : Operations.Reads.DATA;
  }

  private void output(double labels, double width, double steps) {
    row("output", under("out."), Operations.labels(labels, width).times(steps));
  }

  /**
   * @param prefix of the parameters' names
   * @param what before the rows' names
   */
  private void body(
      Body body, String prefix, String what, int inputs, int steps, Operations.Reads reads) {
    if (body instanceof RecurrentBody recurrent) {
      layers(recurrent, prefix, what, inputs, steps, reads);
    } else {
      blocks((AttentionBody) body, prefix, inputs, steps, 1, reads);
    }
  }

  private void layers(
      RecurrentBody body,
      String prefix,
      String what,
      int inputs,
      double steps,
      Operations.Reads reads) {
    for (int k = 0; k < body.layers(); k++) {
      String end = "_l" + k;
      Operations step =
          Operations.step(
              body.cell(),
              body.activation(),
              body.inputWidth(k, inputs),
              body.hidden(),
              k == 0 ? reads : Operations.Reads.VALUES);
      row(
          what + "layer " + (k + 1),
          name ->
              name.startsWith(prefix + "rnn.")
                  && (name.endsWith(end) || name.endsWith(end + "_reverse")),
          step.times(steps * body.direction().count()));
    }
  }

  /**
   * @param length N, vectors that see each other, a class token among them
   * @param times sequences of an example
   */
  private void blocks(
      AttentionBody body,
      String prefix,
      int inputs,
      double length,
      double times,
      Operations.Reads reads) {
    double width = body.width();
    if (inputs != width) {
      row(
          "project",
          under(prefix + "project."),
          affine(width, inputs, reads).keeping(inputs).times(length * times));
    }
    double head = width / body.heads();
    // A query of a head: its products with all keys, their softmax, and the weighted sum.
    Operations query =
        Operations.product(length, head)
            .plus(Operations.elementWise(2 * length))
            .plus(Operations.product(head, length))
            .keeping(length);
    Operations block =
        Operations.norm(width)
            .times(2)
            .plus(Operations.linear(3 * width, width).keeping(3 * width))
            .plus(Operations.elementWise(width)) // the scale
            .plus(query.times(body.heads()))
            .plus(Operations.linear(width, width).keeping(width))
            .plus(Operations.linear(body.inner(), width))
            .plus(Operations.elementWise(3.0 * body.inner()).keeping(2.0 * body.inner()))
            .plus(Operations.linear(width, body.inner()))
            .plus(Operations.elementWise(2 * width)); // what each part adds
    Operations positions = new Operations(width, 0, 0);
    for (int i = 0; i < body.blocks(); i++) {
      row(
          "block " + (i + 1),
          under(prefix + "layers." + i + "."),
          (i == 0 ? block.plus(positions) : block).times(length * times));
    }
    row("norm", under(prefix + "norm."), Operations.norm(width).times(length * times));
  }

  private static Operations affine(double outputs, double inputs, Operations.Reads reads) {
    Operations product =
        reads == Operations.Reads.DATA
            ? Operations.productOfData(outputs, inputs)
            : Operations.product(outputs, inputs);
    return product.plus(Operations.bias(outputs));
  }

  private void classifier(Classifier network, int steps) {
    double width = network.body().outputWidth();
    int token = network.pooling() == Pooling.CLASS_TOKEN ? 1 : 0;
    input("embedding", network.input(), "", steps);
    if (token > 0) {
      row("class token", under("class_token"), Operations.NOTHING);
    }
    body(network.body(), "", "", network.input().width(), steps + token, reads(network.input()));
    Operations pooled =
        switch (network.pooling()) {
          case LAST, CLASS_TOKEN -> Operations.NOTHING;
          case MEAN -> Operations.elementWise(steps * width);
          case MAX -> Operations.elementWise((steps - 1) * width);
          case ATTENTION ->
              Operations.product(steps, width)
                  .plus(Operations.elementWise(2.0 * steps))
                  .plus(Operations.product(width, steps))
                  .keeping(steps);
        };
    if (network.pooling() != Pooling.LAST && token == 0) {
      row("pooling", under("pool."), pooled);
    }
    output(network.classes(), width, 1);
  }

  private void sequences(SequenceToSequence network, int steps, int targets) {
    StepInput source = network.source();
    boolean encodes = network.encoder() != null;
    input("source embedding", source, "source.", encodes ? steps : 1);
    if (encodes) {
      layers(network.encoder(), "encoder.", "encoder ", source.width(), steps, reads(source));
    }
    RecurrentBody decoder = network.decoder();
    double width = decoder.hidden();
    double from = network.sourceWidth();
    if (network.bridged()) {
      Operations state =
          affine(width, from, encodes ? Operations.Reads.VALUES : reads(source))
              .plus(Operations.elementWise(2 * width).keeping(width));
      double states = (double) decoder.layers() * decoder.cell().states();
      row("bridge", under("bridge."), state.times(states));
    }
    Operations.Reads reads = Operations.Reads.NOTHING;
    if (network.feeding() == SequenceToSequence.Feeding.TOKENS) {
      reads = Operations.Reads.VALUES;
      Operations found = vectors.of(network.embedding(), network.targets());
      row("target embedding", under("target.embedding."), found.times(targets));
    }
    layers(decoder, "decoder.", "decoder ", network.embedding(), targets, reads);
    if (network.alignment() != Alignment.NONE) {
      Operations looks = looks(network.alignment(), steps, width, from).times(targets);
      row(
          "attention",
          name -> name.startsWith("attention.") || name.startsWith("combine."),
          Operations.product(width, from).keeping(width).times(steps).plus(looks));
    }
    output(network.targets(), width, targets);
  }

  /** Of one query: scores, weights, the context, and what takes the state's place. */
  private static Operations looks(Alignment alignment, double steps, double width, double from) {
    Operations scores =
        alignment == Alignment.ADDITIVE
            ? Operations.product(width, width)
                .plus(Operations.elementWise(3 * steps * width).keeping(steps * width))
                .plus(Operations.product(1, width).times(steps))
            : Operations.product(steps, width);
    Operations weights =
        Operations.elementWise(alignment == Alignment.HARD ? steps - 1 : 2 * steps);
    return scores
        .plus(weights.keeping(steps))
        .plus(Operations.product(from, steps).keeping(from))
        .plus(Operations.product(width, from + width))
        .plus(Operations.elementWise(2 * width).keeping(width));
  }

  private void series(Series network, int steps) {
    double features = network.features();
    RecurrentBody body = network.body();
    Operations.Reads reads =
        network.gaps() == Gaps.DECAY || network.gaps() == Gaps.GENERATIVE
            ? Operations.Reads.VALUES
            : Operations.Reads.DATA;
    if (network.gaps() == Gaps.DECAY) {
      double width = body.hidden();
      // Each rate is a map, a ReLU and what it multiplies.
      Operations values = Operations.elementWise(4 * features).keeping(2 * features);
      Operations state =
          affine(width, features, Operations.Reads.DATA)
              .plus(Operations.elementWise(2 * width).keeping(2 * width));
      row("decay", under("decay."), values.plus(state).times(steps));
    }
    layers(body, "", "", network.features() * network.gaps().inputs(), steps, reads);
    // Of each value a difference, its square, the product with the precision, and a sum.
    Operations density = Operations.elementWise(4 * features).keeping(2 * features);
    Operations out = Operations.linear(2 * features, body.outputWidth()).plus(density);
    row("output", under("out."), out.times(steps));
  }

  private void grid(Grid network) {
    int n = network.dimensions();
    double cells = 1;
    for (int extent : network.extents()) {
      cells *= extent;
    }
    double neighbours = 0;
    for (int extent : network.extents()) {
      neighbours += cells / extent * (extent - 1);
    }
    double hidden = network.hidden();
    double rows = network.gates() * hidden;
    boolean plain = network.cell() == Grid.Cell.RNN;
    // tanh; or σ of i and o, tanh of g and of c, and their two products.
    Operations cell =
        affine(rows, network.inputs(), Operations.Reads.DATA)
            .plus(Operations.elementWise((plain ? 2 : 10) * hidden))
            .keeping(rows + (plain ? 2 : 3) * hidden);
    // A product with its bias, both added; of the other cell σ of its gate, f c and their sum.
    Operations neighbour =
        Operations.linear(rows, hidden)
            .plus(new Operations(rows, 0, 0))
            .plus(Operations.elementWise(plain ? 0 : 4 * hidden));
    Operations all = cell.times(cells).plus(neighbour.times(neighbours));
    for (int k = 0; k < network.corners(); k++) {
      row("corner " + (k + 1), under("grid." + k + "."), all);
    }
    double width = network.outputWidth();
    if (network.readout() == Grid.Readout.MEAN) {
      row("mean", name -> false, Operations.elementWise(cells * width));
    }
    output(network.classes(), width, 1);
  }

  private void frames(Frames network) {
    double frames = network.frames();
    double patches = network.patches();
    double width = network.frameWidth();
    double patch = network.patch();
    double channels = network.channels();
    if (network.reader() == Frames.Reader.CONVOLUTION) {
      double pixels = (double) network.height() * network.width();
      Operations pixel =
          affine(width, 9 * channels, Operations.Reads.DATA)
              .plus(Operations.elementWise(2 * width)) // ReLU, and its part of the mean
              .keeping(width);
      row("convolution", under("convolution."), pixel.times(pixels * frames));
      Operations projected = Operations.linear(width, width * patches).keeping(width * patches);
      row("patches", under("patch."), projected.times(frames));
    } else {
      boolean together = network.reader() == Frames.Reader.SPACE_TIME;
      double inputs = patch * patch * channels;
      row(
          "patches",
          under("patch."),
          affine(width, inputs, Operations.Reads.DATA).keeping(inputs).times(patches * frames));
      row("class token", under("class_token"), Operations.NOTHING);
      blocks(
          network.attention(),
          "",
          network.attention().width(),
          (together ? patches * frames : patches) + 1,
          together ? 1 : frames,
          Operations.Reads.VALUES);
    }
    if (network.over() != null) {
      layers(
          network.over(),
          "over.",
          "over frames: ",
          network.frameWidth(),
          frames,
          Operations.Reads.VALUES);
    }
    output(network.classes(), network.outputWidth(), 1);
  }
}
