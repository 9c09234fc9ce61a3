// Reads QR codes with the browser's own detector, or with a library where it has none.
const FRAMES_APART_MS = 120;

async function newDetector() {
  const own = globalThis.BarcodeDetector;
  const formats = own ? await own.getSupportedFormats().catch(() => []) : [];
  const Detector = formats.includes('qr_code') ? own : (await import('./qr-decode.js')).BarcodeDetector;
  return new Detector({ formats: ['qr_code'] });
}

/** Starts the camera, and calls `found(text)` with each code it sees. Throws where there is no camera, or no leave. */
export async function startCamera(video, found) {
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 720 } },
  });
  video.srcObject = stream;
  await video.play();
  const detector = await newDetector();
  const look = async () => {
    if (!stream.active) return;
    if (!document.hidden && video.readyState >= video.HAVE_CURRENT_DATA) {
      const [code] = await detector.detect(video).catch(() => []);
      if (code) found(code.rawValue);
    }
    setTimeout(look, FRAMES_APART_MS);
  };
  look();
}
