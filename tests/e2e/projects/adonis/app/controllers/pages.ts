export default class Pages {
  index() {
    return { answer: 'by a controller that was loaded' };
  }
}
