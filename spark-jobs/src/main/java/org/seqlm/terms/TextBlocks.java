package org.seqlm.terms;

import java.io.Serializable;
import org.seqlm.text.Hash128;

/**
 * How the documents of a corpus are dealt to blocks, which are drawn and compared in their stead
 * where they are many: a block is a document, or some of them, chosen by a hash of their places.
 * The sums of such groups vary as much, all together, as those of the documents do (random groups:
 * Wolter, Introduction to Variance Estimation, 2007, chapter 2). And how its tokens are cut into
 * parts of one size, to within one token.
 *
 * @param documents of the corpus that have tokens
 * @param mostBlocks at least 2
 * @param tokens of the corpus
 * @param parts of one size, at least 2
 */
public record TextBlocks(long documents, int mostBlocks, long tokens, int parts)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public TextBlocks {
    if (documents < 0 || mostBlocks < 2 || tokens < 0 || parts < 2) {
      throw new IllegalArgumentException(
          "no blocks: documents "
              + documents
              + ", blocks "
              + mostBlocks
              + ", tokens "
              + tokens
              + ", parts "
              + parts);
    }
  }

  /** How many blocks there are. */
  public int blocks() {
    return (int) Math.min(documents, mostBlocks);
  }

  /** Whether a block is a document. */
  public boolean documentEach() {
    return documents <= mostBlocks;
  }

  /** The block of a document, by its place among those of the corpus, from 0. */
  public int block(long document) {
    return documentEach()
        ? Math.toIntExact(document)
        : (int) Long.remainderUnsigned(Hash128.mix(document + 1), mostBlocks);
  }

  /** The part of a token, by its place, from 0. */
  public int part(long token) {
    return (int) (token * parts / tokens);
  }

  /** Tokens of a part. */
  public long size(int part) {
    return first(part + 1) - first(part);
  }

  /** The place of a part's first token: the least that {@link #part} takes there. */
  private long first(int part) {
    return (part * tokens + parts - 1) / parts;
  }
}
