#!/bin/sh
# Keep one of each library that several wheels bring, and none that only writes formats we never write. Give the
# environment's folder. Needs binutils. A program that runs with LD_BIND_NOW=1 afterwards proves that nothing is missing.
set -eu

packages=$(echo "$1"/lib/python3*/site-packages)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

case $(uname -m) in
  x86_64) nothing='xor %eax, %eax; ret' ;;
  aarch64) nothing='mov x0, #0; ret' ;;
  *) exit 0 ;;
esac

# stand_in LIBRARY CALLER: put a library in another's place that has only the functions CALLER calls, and does nothing.
stand_in() {
  library=$1 caller=$2
  nm -D --defined-only "$library" | awk '{print $NF}' | sed 's/@.*//' | sort >"$work/offered"
  nm -D --undefined-only "$caller" | awk '{print $NF}' | sed 's/@.*//' | sort | comm -12 - "$work/offered" |
    awk -v code="$nothing" '{ print ".globl " $1 "\n.type " $1 ", %function\n" $1 ": " code }' >"$work/functions.s"
  as -o "$work/functions.o" "$work/functions.s"
  ld -shared -soname "$(basename "$library")" -o "$library" "$work/functions.o"
}

cd "$packages/av.libs"
# Encoders of H.265 and AV1: we write H.264 alone. Their decoders are FFmpeg's own and dav1d.
for library in libx265-* libSvtAv1Enc-*; do
  stand_in "$library" libavcodec-*
done

cd "$packages/opencv_python_headless.libs"
# FFmpeg: PyAV brings the same versions.
for name in avcodec avformat avutil swscale swresample; do
  ln -sf "../av.libs/$(basename ../av.libs/lib$name-*)" "$(basename lib$name-*)"
done
for library in ../av.libs/*; do # the loader looks for what those need beside OpenCV
  test -e "$(basename "$library")" || ln -s "$library" .
done
# What only the replaced ones needed.
ldd ../cv2/cv2*.so >"$work/needed"
for library in *; do
  test -L "$library" || grep -qF "$library" "$work/needed" || rm "$library"
done
