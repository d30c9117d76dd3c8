package org.seqlm.task;

import java.util.List;
import org.seqlm.UserException;
import org.seqlm.dataset.ColumnType;
import org.seqlm.dataset.ExampleColumn;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.network.Alignment;
import org.seqlm.neural.network.AttentionBody;
import org.seqlm.neural.network.Body;
import org.seqlm.neural.network.Classifier;
import org.seqlm.neural.network.Direction;
import org.seqlm.neural.network.Frames;
import org.seqlm.neural.network.Gaps;
import org.seqlm.neural.network.Grid;
import org.seqlm.neural.network.Network;
import org.seqlm.neural.network.Pooling;
import org.seqlm.neural.network.RecurrentBody;
import org.seqlm.neural.network.SequenceToSequence;
import org.seqlm.neural.network.Series;
import org.seqlm.neural.network.StepInput;
import org.seqlm.neural.network.Tagger;

/**
 * Which network examples are learned by: what a user says of it, and what follows from the
 * examples. Bounds of values are those of the networks.
 *
 * @param body what reads a sequence
 * @param cell of recurrent layers and grids
 * @param activation of a simple recurrence
 * @param layers of the body
 * @param hidden width of a layer
 * @param embedding width of a token's vector
 * @param dropout of what layers pass on
 * @param forgetBias of forget gates
 * @param direction which way recurrent layers read; null for both, where they may
 * @param pooling of a sequence; null for what suits the body
 * @param alignment of a decoder; null for additive, where there are steps to look at
 * @param heads of attention
 * @param inner width inside a block of attention; 0 for four times {@code hidden}
 * @param patch values along an axis that one cell, or one patch, reads; 0 for the largest that
 *     divides the extents: of 2 and 1, or of attention 4, 3, 2 and 1
 * @param reader of frames
 * @param directions corners that a grid begins at
 * @param readout of a grid
 * @param gaps of a series
 * @param feeding of a decoder
 */
public record TaskNetwork(
    BodyKind body,
    CellKind cell,
    Activation activation,
    int layers,
    int hidden,
    int embedding,
    double dropout,
    double forgetBias,
    Direction direction,
    Pooling pooling,
    Alignment alignment,
    int heads,
    int inner,
    int patch,
    Frames.Reader reader,
    Grid.Directions directions,
    Grid.Readout readout,
    Gaps gaps,
    SequenceToSequence.Feeding feeding) {

  /** Of what is read cell by cell, or pooled: where a thing is must not be lost. */
  private static final int FINE = 2;

  /** Of attention, whose patches are projected as they are. */
  private static final int COARSE = 4;

  /** What reads a sequence. */
  public enum BodyKind {
    RECURRENT,
    ATTENTION
  }

  /**
   * The network for examples.
   *
   * @throws UserException with exit code 2 if it cannot be
   */
  public Network of(ExamplesDetails examples) {
    return switch (examples.task()) {
      case CLASSIFY ->
          new Classifier(input(examples, "input"), reads(), pooled(), labels(examples, "label"));
      case TAG -> new Tagger(input(examples, "input"), reads(), labels(examples, "tags"));
      case SEQUENCE -> sequence(examples);
      case GRID -> grid(examples);
      case FRAMES -> frames(examples);
      case SERIES -> new Series(examples.column("values").features(), forward(), gaps);
    };
  }

  private Body reads() {
    return body == BodyKind.ATTENTION
        ? attention()
        : recurrent(direction == null ? Direction.BOTH : direction);
  }

  private AttentionBody attention() {
    return new AttentionBody(layers, hidden, heads, inner == 0 ? 4 * hidden : inner, dropout);
  }

  private RecurrentBody recurrent(Direction way) {
    return new RecurrentBody(cell, activation, layers, hidden, way, dropout, forgetBias);
  }

  /** What predicts what follows reads forward; another direction is refused by the network. */
  private RecurrentBody forward() {
    return recurrent(direction == null ? Direction.FORWARD : direction);
  }

  private Pooling pooled() {
    if (pooling != null) {
      return pooling;
    }
    return body == BodyKind.ATTENTION ? Pooling.CLASS_TOKEN : Pooling.LAST;
  }

  /** What a column is at each step: attention's tokens have vectors of its own width. */
  private StepInput input(ExamplesDetails examples, String name) {
    ExampleColumn column = examples.column(name);
    if (column.type() == ColumnType.FLOATS) {
      return StepInput.vectors(column.itemSize());
    }
    int width = body == BodyKind.ATTENTION ? hidden : embedding;
    return StepInput.tokens(Math.max(2, size(examples, name)), width);
  }

  private static int size(ExamplesDetails examples, String column) {
    return examples.vocabularies().get(column).size();
  }

  /** A network needs two labels, though examples may have one. */
  private static int labels(ExamplesDetails examples, String column) {
    return Math.max(2, examples.labels().get(column).size());
  }

  private Network sequence(ExamplesDetails examples) {
    int targets = Math.max(2, size(examples, "target"));
    RecurrentBody decoder = recurrent(Direction.FORWARD);
    ExampleColumn condition = examples.column("condition");
    if (condition != null) {
      StepInput one =
          condition.type() == ColumnType.LABEL
              ? StepInput.tokens(labels(examples, "condition"), embedding)
              : StepInput.vectors(condition.itemSize());
      return new SequenceToSequence(
          one,
          null,
          targets,
          embedding,
          decoder,
          alignment == null ? Alignment.NONE : alignment,
          feeding);
    }
    return new SequenceToSequence(
        StepInput.tokens(Math.max(2, size(examples, "source")), embedding),
        recurrent(direction == null ? Direction.BOTH : direction),
        targets,
        embedding,
        decoder,
        alignment == null ? Alignment.ADDITIVE : alignment,
        feeding);
  }

  private Network grid(ExamplesDetails examples) {
    List<Integer> shape = examples.column("values").itemShape();
    List<Integer> extents = shape.subList(0, shape.size() - 1);
    int side = side(extents, FINE);
    return new Grid(
        extents.stream().map(extent -> extent / side).toList(),
        shape.get(shape.size() - 1),
        side,
        gridCell(),
        hidden,
        directions,
        readout,
        labels(examples, "label"));
  }

  private Grid.Cell gridCell() {
    return switch (cell) {
      case LSTM -> Grid.Cell.LSTM;
      case RNN -> Grid.Cell.RNN;
      default ->
          throw UserException.configuration(
              "network.cell of a grid is lstm or rnn, but is "
                  + cell.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-')
                  + ": set it to one of these");
    };
  }

  /**
   * The side of a patch.
   *
   * @param largest that is taken where nobody says
   */
  private int side(List<Integer> extents, int largest) {
    if (patch > 0) {
      if (extents.stream().anyMatch(extent -> extent % patch != 0)) {
        throw UserException.configuration(
            "network.patch "
                + patch
                + " must divide the extents of the examples, "
                + extents
                + ": set it to such a number, or to 0 for the largest up to "
                + largest
                + " that does");
      }
      return patch;
    }
    int side = largest;
    while (!divides(side, extents)) {
      side--;
    }
    return side;
  }

  private static boolean divides(int side, List<Integer> extents) {
    return extents.stream().allMatch(extent -> extent % side == 0);
  }

  /** The most items that an example has in a column, in any split. */
  private static int longest(ExamplesDetails examples, String column) {
    return examples.splits().values().stream()
        .mapToInt(split -> split.longest().getOrDefault(column, 1))
        .max()
        .orElse(1);
  }

  private Network frames(ExamplesDetails examples) {
    List<Integer> shape = examples.column("values").itemShape();
    int times = longest(examples, "values");
    boolean convolves = reader == Frames.Reader.CONVOLUTION;
    int side = side(shape.subList(0, 2), convolves ? FINE : COARSE);
    boolean recurs = times > 1 && reader != Frames.Reader.SPACE_TIME;
    return new Frames(
        shape.get(0),
        shape.get(1),
        shape.get(2),
        times,
        reader,
        side,
        convolves ? null : attention(),
        convolves ? hidden : 0,
        recurs ? recurrent(direction == null ? Direction.FORWARD : direction) : null,
        labels(examples, "label"));
  }
}
