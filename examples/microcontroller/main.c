/* The digit on a drawing of 28x28 pixels: 784 bytes from standard input, row by row, 0 = paper, 255 = ink.

   On a device, the bytes come from a camera or a touch screen in place of standard input. */

#include <stdint.h>
#include <stdio.h>

#include "centre_ink.h"
#include "inkdigits_tiny.h"

int main(void) {
    static uint8_t ink[784], image[784];
    if (fread(ink, 1, sizeof ink, stdin) != sizeof ink) {
        fputs("main: fewer than 784 bytes; give 28 rows of 28 pixels\n", stderr);
        return 2;
    }
    centre_ink(ink, 28, 28, image);
    printf("%d\n", inkdigits_tiny_digit(image));
    return 0;
}
