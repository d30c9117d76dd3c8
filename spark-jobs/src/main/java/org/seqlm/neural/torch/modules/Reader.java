package org.seqlm.neural.torch.modules;

import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.network.AttentionBody;
import org.seqlm.neural.network.Body;
import org.seqlm.neural.network.RecurrentBody;
import org.seqlm.neural.network.StepInput;

/** What reads a sequence: the vectors of its steps go through a body, from a batch's column. */
final class Reader {
  private static final int FIRST_MASK = 1;
  private static final String LENGTHS = "-lengths";

  private final StepInput input;
  private final Body body;
  private final String column;

  /**
   * What came out.
   *
   * @param values (B, T, width)
   * @param padding of it: a class token counts as a step
   */
  record Read(Tensor values, Padding padding) {}

  /**
   * @param column of the batch, (B, T) of tokens or (B, T, F), with its lengths
   */
  Reader(StepInput input, Body body, String column) {
    this.input = input;
    this.body = body;
    this.column = column;
  }

  /**
   * The vectors of a column's steps, (B, T, m).
   *
   * @param prefix of the embedding's name
   */
  static Tensor vectors(Pass pass, StepInput input, String prefix, Batch batch, String column) {
    return input.kind() == StepInput.Kind.TOKENS
        ? torch.embedding(pass.weight(prefix + "embedding.weight"), pass.ints(batch.ints(column)))
        : pass.floats(batch.floats(column));
  }

  /** How long a column's sequences are; all of T steps where the batch says nothing of lengths. */
  static Padding padding(Pass pass, StepInput input, Batch batch, String column) {
    int time = time(input, batch, column);
    return batch.has(column + LENGTHS)
        ? Padding.of(batch.lengths(column), time, pass.device())
        : Padding.none(batch.size(), time, pass.device());
  }

  /** Steps of a column that count. */
  static long steps(StepInput input, Batch batch, String column) {
    return batch.has(column + LENGTHS)
        ? Arrays.stream(batch.lengths(column)).asLongStream().sum()
        : (long) batch.size() * time(input, batch, column);
  }

  private static int time(StepInput input, Batch batch, String column) {
    return input.kind() == StepInput.Kind.TOKENS
        ? batch.ints(column).shape()[1]
        : batch.floats(column).shape()[1];
  }

  /**
   * Reads a batch.
   *
   * @param token the name of a class token's vector, of attention only; null for none
   */
  Read read(Pass pass, Batch batch, String token) {
    Tensor x = vectors(pass, input, "", batch, column);
    Padding padding = padding(pass, input, batch, column);
    if (body instanceof RecurrentBody recurrent) {
      Tensor outputs =
          new Recurrence(recurrent, "", FIRST_MASK)
              .run(pass, x.transpose(0, 1), padding, Recurrence.Wanted.OUTPUTS)
              .outputs();
      return new Read(outputs.transpose(0, 1), padding);
    }
    AttentionBlocks blocks = new AttentionBlocks((AttentionBody) body, "", FIRST_MASK);
    Padding behind = token == null ? padding : padding.behind(1);
    Tensor z = blocks.placed(pass, blocks.begin(pass, x, token));
    return new Read(blocks.run(pass, z, behind), behind);
  }
}
