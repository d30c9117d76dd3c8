package org.seqlm.text.chain.stages;

import com.ibm.icu.text.Normalizer2;
import org.seqlm.text.chain.Stage;
import org.seqlm.text.chain.StageValues;

/** The normalisation forms of Unicode (UAX 15). */
final class UnicodeForms {
  private UnicodeForms() {}

  private abstract static class Form extends PlainProvider {
    Form(String name, String summary) {
      super(Kind.NORMALIZER, name, summary);
    }

    abstract Normalizer2 form();

    @Override
    public final Stage create(StageValues values) {
      Normalizer2 form = form();
      return (Stage.Normalizer) form::normalize;
    }
  }

  /** {@code nfc}. */
  public static final class Nfc extends Form {
    public Nfc() {
      super(
          "nfc", "Unicode's form C: letters and their marks as one code point where there is one.");
    }

    @Override
    Normalizer2 form() {
      return Normalizer2.getNFCInstance();
    }
  }

  /** {@code nfd}. */
  public static final class Nfd extends Form {
    public Nfd() {
      super("nfd", "Unicode's form D: letters and their marks apart.");
    }

    @Override
    Normalizer2 form() {
      return Normalizer2.getNFDInstance();
    }
  }

  /** {@code nfkc}. */
  public static final class Nfkc extends Form {
    public Nfkc() {
      super(
          "nfkc",
          "Unicode's form KC: as nfc, and variants of letters (ligatures, full width, forms of"
              + " Arabic letters) become the plain ones.");
    }

    @Override
    Normalizer2 form() {
      return Normalizer2.getNFKCInstance();
    }
  }

  /** {@code nfkd}. */
  public static final class Nfkd extends Form {
    public Nfkd() {
      super("nfkd", "Unicode's form KD: as nfkc, with letters and their marks apart.");
    }

    @Override
    Normalizer2 form() {
      return Normalizer2.getNFKDInstance();
    }
  }
}
