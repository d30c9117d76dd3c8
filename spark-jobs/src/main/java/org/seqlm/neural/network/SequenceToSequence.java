package org.seqlm.neural.network;

import org.seqlm.Problems;
import org.seqlm.neural.CellKind;

/**
 * Source in, target tokens out. An encoder reads the source; the decoder's layers, which read
 * forward, begin with the encoder's last states: as they are where both have equal layers and
 * widths and the encoder reads one way, else through {@code bridge.{k}.{s}} (H, E), E the width of
 * the encoder's states of its layer min(k, last), s 0 for h and 1 for c or h₋ (h where the
 * encoder's cell has no second), and tanh. Without an encoder the source is one vector or class
 * (one-to-many), and its vector goes through the bridge.
 *
 * <p>Token 0 of the targets begins and ends a target. At each step the decoder reads the embedding
 * of the token before, or nothing ({@link Feeding#NOTHING}), and what its top layer makes, with the
 * context of its {@link Alignment}, becomes logits {@code W h + b}.
 *
 * <p>Parameters: {@code source.embedding.weight}, {@code encoder.rnn.*}, {@code bridge.*}, {@code
 * target.embedding.weight} (V, m), {@code decoder.rnn.*}, those of the alignment, {@code
 * out.weight} (V, H), {@code out.bias} (V).
 *
 * @param source of each step; without an encoder the one vector or class
 * @param encoder null where the source is one vector or class
 * @param targets V, token ids of targets, at least 2
 * @param embedding m, width of their vectors, 1 to 16384; 0 where the decoder reads nothing
 * @param decoder its layers
 * @param alignment how it looks at the source
 * @param feeding what it reads
 */
public record SequenceToSequence(
    StepInput source,
    RecurrentBody encoder,
    int targets,
    int embedding,
    RecurrentBody decoder,
    Alignment alignment,
    Feeding feeding)
    implements Network {

  /** What the decoder reads at a step. */
  public enum Feeding {
    /** The token before it: the target's, or its own. */
    TOKENS,
    /** Nothing: all that it has is its state. */
    NOTHING
  }

  public SequenceToSequence {
    feeding = feeding == null ? Feeding.TOKENS : feeding;
    new Problems()
        .require(source != null && decoder != null, "it needs a source and a decoder")
        .present("network.attention", alignment, "none, dot, hard or additive")
        .atLeast("the number of target tokens", targets, 2)
        .require(
            feeding == Feeding.NOTHING || (embedding >= 1 && embedding <= 16384),
            "network.embedding must be 1 to 16384, but is " + embedding)
        .require(
            decoder == null || decoder.direction() == Direction.FORWARD,
            "network.direction both is of the encoder: a decoder has not seen what it is to write")
        .require(
            encoder != null || alignment == Alignment.NONE,
            "network.attention looks at a source's steps, but here the source is one vector or"
                + " class: set network.attention to none")
        .throwIfAny();
    embedding = feeding == Feeding.NOTHING ? 0 : embedding;
  }

  /** An encoder and a decoder of the same cell, layers and width, without attention. */
  public static SequenceToSequence plain(
      StepInput source, CellKind cell, int layers, int hidden, int targets, int embedding) {
    RecurrentBody body = new RecurrentBody(cell, layers, hidden, Direction.FORWARD);
    return new SequenceToSequence(
        source, body, targets, embedding, body, Alignment.NONE, Feeding.TOKENS);
  }

  /** Whether the encoder's states reach the decoder through the bridge, not as they are. */
  public boolean bridged() {
    return encoder == null
        || encoder.direction() == Direction.BOTH
        || encoder.hidden() != decoder.hidden()
        || encoder.layers() != decoder.layers()
        || encoder.cell() != decoder.cell();
  }

  /** The width of a step of the encoder, or of the one source vector. */
  public int sourceWidth() {
    return encoder == null ? source.width() : encoder.outputWidth();
  }

  @Override
  public ParameterLayout layout() {
    ParameterLayout.Builder builder = new ParameterLayout.Builder();
    source.add(builder, "source.");
    if (encoder != null) {
      encoder.add(builder, "encoder.", source.width());
    }
    int width = decoder.hidden();
    for (int k = 0; k < decoder.layers() && bridged(); k++) {
      for (int s = 0; s < decoder.cell().states(); s++) {
        builder.linear("bridge." + k + "." + s, sourceWidth(), width);
      }
    }
    if (feeding == Feeding.TOKENS) {
      builder.add("target.embedding.weight", Initial.normal(1), targets, embedding);
    }
    decoder.add(builder, "decoder.", embedding);
    if (alignment != Alignment.NONE) {
      if (alignment == Alignment.ADDITIVE) {
        builder.add("attention.query.weight", Initial.linear(width), width, width);
        builder.add("attention.weight", Initial.linear(width), 1, width);
      }
      builder.add("attention.key.weight", Initial.linear(sourceWidth()), width, sourceWidth());
      int both = sourceWidth() + width;
      builder.add("combine.weight", Initial.linear(both), width, both);
    }
    return builder.linear("out", width, targets).build();
  }

  @Override
  public double lossBound() {
    return Math.log(targets) + EXPLOSION;
  }

  @Override
  public String title() {
    return (encoder == null ? "one vector" : encoder.title()) + " to " + decoder.title();
  }

  @Override
  public String what() {
    return encoder == null ? "conditioned generator" : "sequence-to-sequence network";
  }
}
