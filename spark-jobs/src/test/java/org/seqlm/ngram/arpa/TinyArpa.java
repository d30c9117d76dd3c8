package org.seqlm.ngram.arpa;

/** A model small enough to score by hand. */
public final class TinyArpa {
  /** Of order 2, over a and b. */
  public static final String TEXT =
      """
      \\data\\
      ngram 1=5
      ngram 2=4

      \\1-grams:
      -2\t<unk>
      -99\t<s>\t-0.25
      -1.5\t</s>
      -1\ta\t-0.5
      -1.25\tb\t-0.125

      \\2-grams:
      -0.5\t<s> a
      -0.75\ta b
      -0.375\tb a
      -0.625\tb </s>

      \\end\\
      """;

  private TinyArpa() {}
}
