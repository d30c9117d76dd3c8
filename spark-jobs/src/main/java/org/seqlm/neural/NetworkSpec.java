package org.seqlm.neural;

import org.seqlm.Problems;

/**
 * A recurrent network that predicts the next token: input, {@code layers} recurrent layers, a
 * linear layer, softmax.
 *
 * @param input how tokens enter
 * @param embedding width m of the learned vectors; 0 with one-hot input
 * @param cell of every recurrent layer
 * @param layers L, 1 to 16
 * @param hidden width H of a layer, 1 to 16384
 * @param vocabulary V, the number of token ids
 * @param dropout the chance that an activation between two layers is zero while training, 0 to
 *     0.95; recurrent connections keep theirs (Zaremba et al. 2014)
 * @param forgetBias the forget gates' initial bias (Jozefowicz et al. 2015 advise 1)
 */
public record NetworkSpec(
    InputKind input,
    int embedding,
    CellKind cell,
    int layers,
    int hidden,
    int vocabulary,
    double dropout,
    double forgetBias)
    implements java.io.Serializable {

  public NetworkSpec {
    new Problems()
        .present("network.input", input, "embedding or one-hot")
        .present("network.cell", cell, "lstm")
        .inRange("network.layers", layers, 1, 16)
        .inRange("network.hidden", hidden, 1, 16384)
        .atLeast("network.vocabulary", vocabulary, 2)
        .inRange("network.dropout", dropout, 0, 0.95)
        .inRange("network.forget-bias", forgetBias, -100, 100)
        .require(
            input != InputKind.EMBEDDING || (embedding >= 1 && embedding <= 16384),
            "network.embedding must be 1 to 16384, but is " + embedding)
        .throwIfAny();
    embedding = input == InputKind.ONE_HOT ? 0 : embedding;
  }

  /** The width of what layer {@code layer} (from 0) reads. */
  public int inputWidth(int layer) {
    return layer > 0 ? hidden : input == InputKind.ONE_HOT ? vocabulary : embedding;
  }

  /** For instance {@code lstm 1x128}. */
  public String title() {
    return cell.name().toLowerCase(java.util.Locale.ROOT) + " " + layers + "x" + hidden;
  }
}
