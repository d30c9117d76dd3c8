package org.seqlm.terms;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.seqlm.terms.CutDocuments.End;
import org.seqlm.terms.CutDocuments.Stretch;

class CutDocumentsTest {
  /** "a b | c", "c", "", "c | d": three ends cut c, which is document 2, and d is document 3. */
  @Test
  void byHand() {
    CutDocuments documents =
        new CutDocuments(
            List.of(
                new Stretch(3, false, End.OPEN),
                new Stretch(1, true, End.OPEN),
                new Stretch(0, false, End.PASSING),
                new Stretch(2, true, End.CLOSED)));
    assertThat(documents.total()).isEqualTo(4);
    assertThat(documents.any()).isTrue();
    assertThat(List.of(documents.first(0), documents.first(1), documents.first(3)))
        .containsExactly(0L, 2L, 2L);
    assertThat(documents.cutAtStart(0, 1)).isEqualTo(-1);
    assertThat(documents.cutAtEnd(0, 2)).isEqualTo(-1);
    assertThat(documents.cutAtEnd(0, 3)).isEqualTo(2);
    assertThat(documents.cutAtStart(1, 1)).isEqualTo(2);
    assertThat(documents.cutAtEnd(1, 1)).isEqualTo(-1); // told already
    assertThat(documents.cutAtStart(3, 1)).isEqualTo(2);
    assertThat(documents.cutAtStart(3, 2)).isEqualTo(-1);
    assertThat(documents.cutAtEnd(3, 2)).isEqualTo(-1);
  }

  /** A document whose first stretch has no tokens begins where it has some. */
  @Test
  void documentsWithoutTokens() {
    CutDocuments documents =
        new CutDocuments(
            List.of(
                new Stretch(2, false, End.EMPTY),
                new Stretch(1, true, End.CLOSED),
                new Stretch(1, false, End.CLOSED)));
    assertThat(documents.total()).isEqualTo(4);
    assertThat(documents.any()).isFalse();
    assertThat(documents.first(1)).isEqualTo(2);
    assertThat(documents.first(2)).isEqualTo(3);
  }
}
