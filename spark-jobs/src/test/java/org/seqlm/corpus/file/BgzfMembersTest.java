package org.seqlm.corpus.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class BgzfMembersTest {
  /** The specification's marker of a file's end, section 4.1.2. */
  private static final byte[] END =
      HexFormat.of().parseHex("1f8b08040000000000ff0600424302001b0003000000000000000000");

  @Test
  void theMarkerOfTheEndIsAMemberOfNothing() throws IOException {
    byte[] two = new byte[2 * END.length];
    System.arraycopy(END, 0, two, 0, END.length);
    System.arraycopy(END, 0, two, END.length, END.length);
    BgzfMembers members = new BgzfMembers(new ByteArrayInputStream(two), 0);
    for (int i = 0; i < 2; i++) {
      assertThat(members.next()).isTrue();
      assertThat(members.start()).isEqualTo(i * END.length * 8L);
      assertThat(members.read(new byte[1], 0, 1)).isEqualTo(-1);
    }
    assertThat(members.next()).isFalse();
    assertThat(BgzfMembers.find(new ByteArrayInputStream(two, 1, 99), 1, two.length))
        .isEqualTo(END.length);
    assertThat(BgzfMembers.find(new ByteArrayInputStream(two, 1, 99), 1, END.length)).isEqualTo(-1);
  }

  @Test
  void damageIsNoticed() {
    for (int at : new int[] {0, 3, 12, 16, 18, 20, 24}) {
      byte[] damaged = END.clone();
      damaged[at] ^= 0x11;
      BgzfMembers members = new BgzfMembers(new ByteArrayInputStream(damaged), 0);
      assertThatThrownBy(members::next).as("byte %d", at).isInstanceOf(IOException.class);
    }
  }
}
